#pragma once
/* base64url (RFC 4648 §5) without padding: bytes in addresses and headers. */
#include "base/text.h"

str base64url(struct arena *a, str bytes);
// False on any other character, on an impossible length, and on bits that the encoder leaves zero.
MUST_CHECK bool base64url_read(struct arena *a, str text, str *bytes);
