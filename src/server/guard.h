#pragma once
/*
 * The guard at the door: what libmicrohttpd 0.9.75 lets through and we do not. Two parsers that read
 * one byte stream differently (a front and this server) are the root of request smuggling, so
 * everything ambiguous is refused and the connection closed.
 *
 * Refused with 400: a header name that is not a token (RFC 9110 5.6.2), a control byte in a value,
 * more than one Content-Length or one that is not all digits, a Transfer-Encoding other than exactly
 * "chunked", both together, Transfer-Encoding in HTTP/1.0, not exactly one Host of the form
 * name[:port]; a target that is not a path, has a bad escape, %00, an escaped slash or backslash, a
 * control byte, a dot segment, or is not UTF-8 when decoded. 414 and 431 for sizes, 405 for methods.
 *
 * Pure functions over slices: the fuzzer and the unit test call them without a socket.
 */
#include "base/text.h"

struct header {
    str name, value;
};

struct guard_request {
    str method, target, version; // as on the wire
    const struct header *headers;
    size_t n;
};

enum { GUARD_TARGET_BYTES = 4096, GUARD_HEADER_BYTES = 16 * 1024, GUARD_FIELDS = 64 };

struct guard_refusal {
    int status;
    const char *id; // message
};

// NULL: let it in.
const struct guard_refusal *guard_check(const struct guard_request *r);
// Percent-decoding; plus turns + into a blank. False: bad escape, %00 or not UTF-8.
MUST_CHECK bool guard_decode(struct arena *a, str in, bool plus, str *out);
bool header_is(str name, const char *lower); // names are compared without case
