#!/bin/sh
# `make coverage`: what the tests reach. Bars: 90 % of the lines of src/, 95 % of the branches of the
# engines; below them it fails. The page is build-cov/coverage.html.
set -eu
cd "$(dirname "$0")/.."
[ -f build-cov/build.ninja ] || meson setup build-cov -Db_coverage=true -Doptimization=0 >/dev/null
ninja -C build-cov --quiet
find build-cov -name '*.gcda' -delete
export CMOCKA_MESSAGE_OUTPUT=TAP
{ meson test -C build-cov --no-rebuild --no-suite torture --no-suite postgres &&
    tools/with_postgres.py meson test -C build-cov --no-rebuild --suite postgres; } >/dev/null || {
    echo 'coverage: tests fail, see make check' >&2
    exit 1
}
gcovr -r . build-cov --filter src/ --html-details build-cov/coverage.html \
    --print-summary --fail-under-line 90
# What can only fail when a promise of the code itself is broken is no branch a test can take.
gcovr -r . build-cov --filter src/engine/ --exclude-throw-branches \
    --exclude-lines-by-pattern '.*(INVARIANT|BUG)\(.*' --branches --fail-under-branch 95
