#pragma once
/*
 * SM3 (GB/T 32905-2016) through OpenSSL: names of stored files, the journal chain, stored tokens.
 * Fields are hashed length-prefixed (8 bytes, little-endian), so that no two different rows give the
 * same bytes. A hash is shown as 64 lower-case hex digits.
 */
#include "base/text.h"

struct sm3; // a running hash

enum { SM3_HEX = 64 };

MUST_CHECK struct sm3 *sm3_begin(void); // NULL when memory is out
void sm3_bytes(struct sm3 *h, const void *p, size_t n);
void sm3_field(struct sm3 *h, str field);      // length, then bytes
void sm3_field_int(struct sm3 *h, int64_t n);  // length 8, then little-endian bytes
// Ends the hash and frees it. False when the library failed.
MUST_CHECK bool sm3_end(struct sm3 *h, char hex[SM3_HEX + 1]);
void sm3_drop(struct sm3 *h); // gives up
// The hash of one text; "" when memory is out.
str sm3_of(struct arena *a, str s);
