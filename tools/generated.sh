#!/bin/sh
# Pages that the program prints from its tables: `generated.sh PROGRAM` compares docs/generated, and the
# script for a sharded engine, with what it prints now, `generated.sh PROGRAM --update` writes them.
set -eu
program=$1
update=${2:-}
root=$(dirname "$0")/..
status=0

printed() { # FILE WORD: FILE is what "PROGRAM WORD" prints
    if [ "$update" = --update ]; then
        mkdir -p "$root/$(dirname "$1")"
        "$program" "$2" >"$root/$1"
    elif ! "$program" "$2" | diff -u "$root/$1" -; then
        echo "$1 is not current: tools/generated.sh PROGRAM --update" >&2
        status=1
    fi
}

for page in loop commands permissions errors; do
    printed "docs/generated/$page.md" "$page"
done
printed deploy/citus/distribute.sql distribute
exit $status
