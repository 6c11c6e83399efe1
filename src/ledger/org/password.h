#pragma once
/*
 * Passwords are kept as Argon2id in the PHC string form, which names its own parameters, so that a
 * hash made with other ones still verifies. Shipped cost: 64 MiB, 3 passes, 1 lane (127 ms on one
 * core of 2023): three times the OWASP minimum, and with at most two hashes at once the process
 * needs 128 MiB for them.
 *
 * Thread-safe. A third caller waits up to two seconds for its turn and is then told ERR_BUSY
 * password.busy: a burst of sign-ins must not take the machine's memory.
 */
#include "base/error.h"

// Cheaper parameters for tests; once at start, before threads. The least libargon2 takes is 8 KiB, 1.
void password_cost(uint32_t memory_kib, uint32_t passes);

// Exactly as typed: no trimming, no folding.
MUST_CHECK bool password_hash(struct ctx *c, str password, str *phc);
// *right tells. An empty or unreadable phc is checked against a dummy of the same cost, so that an
// unknown account takes as long as a known one.
MUST_CHECK bool password_check(struct ctx *c, str password, str phc, bool *right);
