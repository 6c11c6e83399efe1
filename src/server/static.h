#pragma once
/*
 * The web interface, embedded at build time by tools/embed.py: each file plain, gzip and brotli, with
 * a strong ETag. Names with a content hash may be kept for ever. index.html gets a fresh nonce for
 * its scripts at each answer and stands in for unknown paths, because the interface routes by path.
 */
#include "server/exchange.h"

struct web_file {
    const char *path; // "/assets/index-BX3yQ1.js"
    const char *type;
    const char *etag;
    bool immutable;
    const unsigned char *plain, *gzip, *brotli; // NULL when it would not be smaller
    size_t plain_bytes, gzip_bytes, brotli_bytes;
};

extern const struct web_file WEB_FILES[]; // by path
extern const size_t N_WEB_FILES;

void static_get(struct exchange *x);
