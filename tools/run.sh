#!/bin/sh
# `make run`: from a clean clone to the worked example in the browser. Whatever is up to date already
# is left alone, so that the second start takes no time.
#   BUILD=build DATA=data LISTEN=127.0.0.1:8023 AS_OF=2023-06-30 tools/run.sh [web|build|serve]
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} DATA=${DATA:-data} LISTEN=${LISTEN:-127.0.0.1:8023} AS_OF=${AS_OF:-2023-06-30}

# Names, sizes and times of the interface's sources: tells without npm whether web/dist is theirs.
web_stamp() {
    find web -name node_modules -prune -o -path web/dist -prune -o -type f -printf '%p %s %T@\n' |
        LC_ALL=C sort | sha256sum
}

web_is_current() {
    [ ! -f web/package.json ] && return
    [ -f web/dist/index.html ] && [ "$(web_stamp)" = "$(cat web/node_modules/.built 2>/dev/null)" ]
}

web() {
    stamp=$(web_stamp)
    packages=$(sha256sum <web/package-lock.json)
    if [ "$packages" != "$(cat web/node_modules/.installed 2>/dev/null)" ]; then
        (cd web && npm ci --no-audit --no-fund --loglevel=error)
        echo "$packages" >web/node_modules/.installed
    fi
    (cd web && npm run --silent build -- --logLevel warn)
    echo "$stamp" >web/node_modules/.built
}

# ninja says what it does; when there is nothing to do it need not say so.
compile() { ninja -C "$BUILD" --quiet; }

build() {
    tools/deps.sh build web
    if [ ! -f "$BUILD/build.ninja" ]; then
        echo 'Compiling (a minute or two)'
        meson setup "$BUILD" -Dtests=false >/dev/null
    fi
    if ! web_is_current; then
        # npm mostly waits for the network, so the compiler works meanwhile.
        compile &
        compiler=$!
        tools/run.sh web-now || { kill "$compiler"; exit 1; }
        wait "$compiler"
    fi
    compile # takes the interface in
}

serve() {
    program=$BUILD/src/cli/bihuan
    if [ ! -d "$DATA" ]; then
        # A store that is half loaded must not be found by the next start.
        trap 'rm -rf "$DATA"' INT TERM HUP
        "$program" init "$DATA" --pack dongcheng-2023 || { rm -rf "$DATA"; exit 1; }
        trap - INT TERM HUP
    fi
    # init leaves the password of the demonstration accounts there, for the sign-in page to show.
    [ ! -f "$DATA/serve.ini" ] ||
        exec "$program" serve --config "$DATA/serve.ini" --data "$DATA" --listen "$LISTEN" --as-of "$AS_OF"
    exec "$program" serve --data "$DATA" --listen "$LISTEN" --as-of "$AS_OF"
}

case ${1:-all} in
    all) build; serve ;;
    web) tools/deps.sh web; web_is_current || tools/run.sh web-now ;;
    web-now) web ;;
    build) build ;;
    serve) serve ;;
    *) echo "usage: tools/run.sh [web|build|serve]" >&2; exit 2 ;;
esac
