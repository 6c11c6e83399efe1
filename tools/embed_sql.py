#!/usr/bin/env python3
"""Writes the migrations into a C file: embed_sql.py OUT.c FOLDER [FILE.sql ...]

The files are numbered 0001, 0002 ... without gaps; the folder must hold no .sql file that the build
does not list, so that a migration cannot be forgotten. Each keeps the SHA-256 of its text.
"""
import hashlib
import os
import re
import sys


def c_lines(text):
    for line in text.splitlines(keepends=True):
        out = ""
        for byte in line.encode("utf-8"):
            if byte in (0x22, 0x5C):
                out += "\\" + chr(byte)
            elif byte == 0x0A:
                out += "\\n"
            elif 0x20 <= byte < 0x7F and byte != 0x3F:  # no "??", which could read as a trigraph
                out += chr(byte)
            else:
                out += "\\%03o" % byte
        yield '     "%s"' % out


def main():
    out, folder, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    listed = sorted(os.path.basename(f) for f in files)
    present = sorted(f for f in os.listdir(folder) if f.endswith(".sql"))
    if listed != present:
        sys.exit("migrations: %s and the list in meson.build differ: %s"
                 % (folder, sorted(set(listed) ^ set(present))))
    parts = []
    for n, path in enumerate(sorted(files, key=os.path.basename), start=1):
        name = os.path.basename(path)
        if not re.fullmatch(r"%04d_[a-z0-9_]+\.sql" % n, name):
            sys.exit("migrations: expected %04d_name.sql, found %s" % (n, name))
        with open(path, "rb") as f:
            data = f.read()
        if b"\0" in data or b"\r" in data:
            sys.exit("migrations: %s holds NUL or CR bytes" % name)
        text = data.decode("utf-8")
        parts.append('    {%d, "%s", "%s",\n%s},' % (
            n, name[:-4], hashlib.sha256(data).hexdigest(), "\n".join(c_lines(text)) or '""'))
    with open(out, "w", encoding="ascii") as f:
        f.write('// Made by tools/embed_sql.py from src/store/migrations; do not edit.\n'
                '#include "store/store_internal.h"\n\n'
                'static const struct migration ALL[] = {\n%s\n};\n\n'
                'const struct migration_set STORE_MIGRATIONS = {ALL, %d};\n'
                % ("\n".join(parts) or "    {0}", len(parts)))


main()
