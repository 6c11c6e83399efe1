#!/bin/sh
# Pages that the program prints from its tables: `generated.sh PROGRAM` compares docs/generated with
# what it prints now, `generated.sh PROGRAM --update` writes them.
set -eu
program=$1
folder=$(dirname "$0")/../docs/generated
status=0
for page in loop commands permissions errors; do
    if [ "${2:-}" = --update ]; then
        mkdir -p "$folder"
        "$program" "$page" >"$folder/$page.md"
    elif ! "$program" "$page" | diff -u "$folder/$page.md" -; then
        echo "docs/generated/$page.md is not current: tools/generated.sh PROGRAM --update" >&2
        status=1
    fi
done
exit $status
