#!/usr/bin/env python3
"""Embeds the built web interface: embed.py DIST OUT.c OUT.bin

Each file stands in OUT.bin plain, gzip -9 and brotli 11 (what does not get smaller is left out), and
OUT.c points into it. Runs at every build and writes only when something changed, so that nothing is
recompiled without need. A missing DIST gives an empty set.
"""
import ctypes
import ctypes.util
import gzip
import hashlib
import os
import re
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".json": "application/json; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8", ".svg": "image/svg+xml",
    ".png": "image/png", ".jpg": "image/jpeg", ".ico": "image/vnd.microsoft.icon",
    ".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8", ".map": "application/json; charset=utf-8",
}
# Vite writes a content hash into the names below assets/.
HASHED = re.compile(r"^/assets/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")


def brotli(data):
    name = ctypes.util.find_library("brotlienc")
    if not name:
        return None
    lib = ctypes.CDLL(name)
    lib.BrotliEncoderMaxCompressedSize.restype = ctypes.c_size_t
    size = ctypes.c_size_t(max(lib.BrotliEncoderMaxCompressedSize(ctypes.c_size_t(len(data))), 1024))
    out = ctypes.create_string_buffer(size.value)
    good = lib.BrotliEncoderCompress(11, 22, 0, ctypes.c_size_t(len(data)), data, ctypes.byref(size), out)
    return out.raw[: size.value] if good else None


def listing(dist):
    for folder, dirs, names in os.walk(dist):
        dirs[:] = sorted(d for d in dirs if not d.startswith("."))
        for name in sorted(names):
            full = os.path.join(folder, name)
            yield "/" + os.path.relpath(full, dist).replace(os.sep, "/"), full


def stamp(files):
    """Names, sizes and times of what would be embedded, and this program itself."""
    seen = [(p, os.stat(f).st_size, os.stat(f).st_mtime_ns) for p, f in files]
    own = hashlib.sha256(open(__file__, "rb").read()).hexdigest()
    return hashlib.sha256(repr((own, seen)).encode()).hexdigest()


def smaller(packed, data):
    return packed if packed is not None and len(packed) < len(data) * 0.95 else None


def main(dist, out_c, out_bin):
    files = sorted(listing(dist)) if os.path.isdir(dist) else []
    # str_cmp of the server orders by bytes.
    files.sort(key=lambda f: f[0].encode())
    mark = "// " + stamp(files)
    if os.path.exists(out_c) and os.path.exists(out_bin):
        with open(out_c, encoding="utf-8") as f:
            if f.readline().rstrip("\n") == mark:
                return
    blob, rows = bytearray(), []

    def put(data):
        if data is None:
            return "NULL", 0
        at = len(blob)
        blob.extend(data)
        blob.extend(b"\0")
        return f"web_blob + {at}", len(data)

    for path, full in files:
        with open(full, "rb") as f:
            data = f.read()
        ending = os.path.splitext(path)[1]
        if ending == ".map":
            continue
        packable = ending not in (".png", ".jpg", ".woff2", ".woff")
        plain = put(data)
        zipped = put(smaller(gzip.compress(data, 9, mtime=0), data) if packable else None)
        packed = put(smaller(brotli(data), data) if packable else None)
        rows.append(
            f'    {{"{path}", "{TYPES.get(ending, "application/octet-stream")}", '
            f'"{hashlib.sha256(data).hexdigest()[:32]}", {"true" if HASHED.match(path) else "false"}, '
            f"{plain[0]}, {zipped[0]}, {packed[0]}, {plain[1]}, {zipped[1]}, {packed[1]}}},"
        )
    with open(out_bin, "wb") as f:
        f.write(blob or b"\0")
    with open(out_c, "w", encoding="utf-8") as f:
        f.write(f"""{mark}
// Written by tools/embed.py from web/dist; not to be edited.
#include "server/static.h"

__asm__(".pushsection .rodata\\n"
        ".global web_blob\\n"
        ".type web_blob, %object\\n"
        ".balign 16\\n"
        "web_blob: .incbin \\"{os.path.abspath(out_bin)}\\"\\n"
        ".byte 0\\n"
        ".size web_blob, . - web_blob\\n"
        ".popsection\\n");
extern const unsigned char web_blob[];

const struct web_file WEB_FILES[] = {{
""")
        f.write("\n".join(rows) if rows else '    {"", "", "", false, NULL, NULL, NULL, 0, 0, 0},')
        f.write(f"\n}};\nconst size_t N_WEB_FILES = {len(rows)};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
