#!/bin/sh
# Installs what is missing on Debian 12: `deps.sh build`, `deps.sh web`, `deps.sh check` or several.
# Silent when nothing is missing; asks apt only for the packages whose part is not there.
set -eu

missing=
need() { missing="$missing $*"; }
have() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

# name of the pkg-config module, Debian package
build_libraries='
libmicrohttpd libmicrohttpd-dev
sqlite3 libsqlite3-dev
jansson libjansson-dev
libzip libzip-dev
expat libexpat1-dev
xlsxwriter libxlsxwriter-dev
libcrypto libssl-dev
libargon2 libargon2-dev
libutf8proc libutf8proc-dev
icu-i18n libicu-dev
inih libinih-dev
libcurl libcurl4-openssl-dev
libbrotlienc libbrotli-dev
zlib zlib1g-dev
libpq libpq-dev'
check_libraries='
cmocka libcmocka-dev'

libraries() {
    if have pkg-config; then
        # One call when all are there, which is nearly always.
        # shellcheck disable=SC2046
        pkg-config --exists $(echo "$1" | cut -d' ' -f1) 2>/dev/null && return
    fi
    echo "$1" | while read -r module package; do
        [ -z "$module" ] || pkg-config --exists "$module" 2>/dev/null || echo "$package"
    done
}

build() {
    have cc && have make || need build-essential
    have meson || need meson
    have ninja || need ninja-build
    have pkg-config || need pkg-config
    need "$(libraries "$build_libraries")"
}

web() {
    if ! have node || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then
        need nodejs npm
    elif ! have npm; then
        need npm
    fi
}

check() {
    need "$(libraries "$check_libraries")"
    have clang-14 || need clang-14
    ls /usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a >/dev/null 2>&1 ||
        need libclang-rt-14-dev
    have valgrind || need valgrind
    have pmccabe || need pmccabe
    have gcovr || need gcovr
    have chromium || need chromium
    [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || need fonts-noto-cjk
    have nginx || need nginx-light
    have sqlite3 || need sqlite3
    have strace || need strace
    [ -x /usr/lib/postgresql/15/bin/postgres ] || need postgresql-15
}

for set in "$@"; do
    case $set in
        build | web | check) "$set" ;;
        *) echo "deps.sh: no such set: $set" >&2; exit 2 ;;
    esac
done

# shellcheck disable=SC2086
set -- $missing
[ $# -gt 0 ] || exit 0
if ! have apt-get; then
    echo "Missing, and this is no Debian. Please install what corresponds to: $*" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    have sudo || { echo "Missing: $*. Install them as root, or install sudo." >&2; exit 1; }
    as_root=sudo
fi
echo "Installing: $*"
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}
# A fresh machine has no package lists, an old one has stale ones: then update once.
install "$@" || { $as_root apt-get update -q && install "$@"; }
