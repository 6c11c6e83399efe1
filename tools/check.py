#!/usr/bin/env python3
"""Runs every test of the project and counts them one by one. `make check` calls it.

    tools/check.py [--list] [STEP...]

A step yields cases: (name, passed, output). Failures are printed in full; a step that finds nothing to
run counts as a failure; the last line is always "N passed, N failed". docs/testing.md explains the
steps.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JOBS = os.cpu_count() or 2
FUZZ_SECONDS = int(os.environ.get('FUZZ_SECONDS', '15'))
ENV = {
    **os.environ,
    'LC_ALL': 'C.UTF-8',
    'CMOCKA_MESSAGE_OUTPUT': 'TAP',
    # A finding ends the program; meson's own defaults do not reach the programs that tests start.
    'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
    'ASAN_OPTIONS': 'abort_on_error=1:detect_leaks=1',
    'LSAN_OPTIONS': f'suppressions={ROOT}/tools/lsan.supp:print_suppressions=0',
    'TSAN_OPTIONS': 'halt_on_error=1:second_deadlock_stack=1',
}


class StepFailed(Exception):
    """A step could not get as far as its tests."""


def run(command, cwd=ROOT, timeout=1500, **env):
    """(exit code, output) of a command; 124 when it took too long."""
    try:
        p = subprocess.run([str(x) for x in command], cwd=cwd, env={**ENV, **env}, timeout=timeout,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           check=False)
        return p.returncode, p.stdout.decode('utf-8', 'replace')
    except subprocess.TimeoutExpired as e:
        return 124, (e.stdout or b'').decode('utf-8', 'replace') + f'\nstopped after {timeout} s\n'
    except FileNotFoundError as e:
        return 127, str(e)


def must(command, **more):
    code, out = run(command, **more)
    if code:
        raise StepFailed(f'{shlex.join(str(x) for x in command)} ended with {code}\n{out}')
    return out


def case(name, command, **more):
    code, out = run(command, **more)
    return name, code == 0, out


def tap_cases(prefix, text, code, whole=''):
    """One case for each TAP line at the outermost level; one more when the program itself failed."""
    cases, seen = [], False
    for line in text.splitlines():
        m = re.match(r'(not )?ok\b\s*\d*\s*-?\s*(.*)', line)
        if m:
            seen = True
            cases.append([f'{prefix}: {m.group(2)}', not m.group(1) and '# SKIP' not in line, ''])
        elif cases and not cases[-1][1]:
            cases[-1][2] += line + '\n'
    failed = [c for c in cases if not c[1]]
    if code and not failed:
        cases.append([f'{prefix}: ended with {code}', False, whole or text])
    if failed and whole:
        failed[-1][2] += whole
    if not seen and not code:
        cases.append([prefix, True, ''])
    return [tuple(c) for c in cases]


def configure(build, *options, **env):
    """A build folder of its own for each kind of build; made once."""
    if not (ROOT / build / 'build.ninja').exists():
        must(['meson', 'setup', build, *options], **env)


def meson_tests(build, *select, beside=(), env=None):
    """Runs Meson's tests, beside a server if one is named, and opens each up into its own cases."""
    must(['ninja', '-C', build])
    log = ROOT / build / 'meson-logs' / 'testlog.json'
    log.unlink(missing_ok=True)
    _, out = run([*beside, 'meson', 'test', '-C', build, '--no-rebuild', '--num-processes', JOBS, *select],
                 **(env or {}))
    if not log.exists():
        raise StepFailed(out)
    for line in log.read_text('utf-8').splitlines():
        t = json.loads(line)
        code = 0 if t['result'] in ('OK', 'EXPECTEDFAIL') else t['returncode'] or 1
        name = t['name'].split(' / ')[-1]
        yield from tap_cases(f'{name}', t.get('stdout') or '', code,
                             f'{t["result"]}\n{t.get("stdout") or ""}{t.get("stderr") or ""}'
                             if code else '')


def shipped():
    """The program as it is installed, with the web interface in it; returns its path."""
    must(['tools/run.sh', 'web'])
    configure('build-check', '-Dwerror=true')
    must(['ninja', '-C', 'build-check'])
    return ROOT / 'build-check/src/cli/bihuan'


# --- the steps ---

def lint():
    sys.path.insert(0, str(ROOT / 'tools'))
    import lint as rules
    for rule in rules.RULES:
        yield case(f'no finding of {rule}', ['tools/lint.py', rule])
    code, out = run(['tools/test_lint.py'])
    yield from tap_cases('lint can fail', out, code)
    code, out = run(['tools/test_check.py'])
    yield from tap_cases('tally', out, code)


def release():
    """The program as it is installed: no warning, hardened, complete."""
    must(['tools/run.sh', 'web'])
    configure('build-check', '-Dwerror=true')
    yield case('compiles without a warning', ['ninja', '-C', 'build-check', '-k', '0'])
    program = ROOT / 'build-check/src/cli/bihuan'
    _, elf = run(['readelf', '-W', '-h', '-l', '-d', '-s', program])
    for name, pattern in {
        'position independent': r'Type:\s+DYN',
        'stack not executable': r'GNU_STACK.*RW\s',
        'relocations read-only': r'GNU_RELRO',
        'bound at start': r'BIND_NOW|FLAGS_1.*NOW',
        'stack protector': r'__stack_chk_fail',
        'fortified': r'__\w+_chk@',
    }.items():
        yield f'hardened: {name}', bool(re.search(pattern, elf)), elf[:2000]
    with tempfile.TemporaryDirectory() as stage:
        yield case('installs', ['meson', 'install', '-C', 'build-check', '--no-rebuild', '--destdir', stage])
        installed = [p.relative_to(stage).as_posix() for p in Path(stage).rglob('*') if p.is_file()]
        for part in ('bin/bihuan', 'share/bihuan/packs/calendars/cn/2023.csv', 'bihuan.service', 'nginx.conf',
                     'LICENSE'):
            yield f'installed: {part}', any(p.endswith(part) for p in installed), '\n'.join(installed)


def asan():
    """The build under the address and undefined-behaviour sanitizers."""
    configure('build-asan', '-Db_sanitize=address,undefined', '-Db_lundef=false', '-Doptimization=1')
    return 'build-asan'


def unit():
    """All tests but the endurance runs and the second store, under the address and undefined-behaviour sanitizers."""
    yield from meson_tests(asan(), '--no-suite', 'torture', '--no-suite', 'postgres')


def postgres():
    """Store, ledger and API once more, on PostgreSQL, under the same sanitizers."""
    code, out = run(['tests/postgres/test_cluster.py'])
    yield from tap_cases('the test servers', out, code)
    yield from meson_tests(asan(), '--suite', 'postgres', beside=['tools/with_postgres.py'])


def torture():
    """Kills, power cuts, full disks: against the program as it is shipped."""
    shipped()
    yield from meson_tests('build-check', '--suite', 'torture', '--timeout-multiplier', '4')


def threads():
    """The concurrent parts under the thread sanitizer."""
    configure('build-tsan', '-Db_sanitize=thread', '-Db_lundef=false', '-Doptimization=1')
    yield from meson_tests('build-tsan', '--suite', 'store', '--suite', 'api', env={'BIHUAN_RIGHTS': 'thin'})
    # Several writers, several processes: what only the second store has.
    tests = ['pg_store_writer', 'pg_store_postgres', 'pg_ledger_state', 'pg_several']
    yield from meson_tests('build-tsan', '--suite', 'postgres', *tests, beside=['tools/with_postgres.py'])


def valgrind():
    """Command lines of tests/cli/valgrind.txt, each run to its end in one scratch folder."""
    program = shipped()
    memcheck = ['valgrind', '-q', '--error-exitcode=99', '--leak-check=full',
                '--errors-for-leak-kinds=definite,indirect,possible', '--track-fds=no']
    with tempfile.TemporaryDirectory() as scratch:
        for line in (ROOT / 'tests/cli/valgrind.txt').read_text('utf-8').splitlines():
            if not line or line.startswith('#'):
                continue
            want, *args = shlex.split(line)
            args = [a.replace('@ROOT@', str(ROOT)) for a in args]
            code, out = run([*memcheck, program, *args], cwd=scratch)
            yield f'clean: bihuan {shlex.join(args)}', code == int(want), f'exit {code}, want {want}\n{out}'


def fuzz():
    """Each fuzz target: its corpus replayed, then a bounded hunt."""
    options = ['-Dfuzz=true', '-Dwerror=true', '-Db_sanitize=address,undefined', '-Db_lundef=false',
               '-Doptimization=1']
    configure('build-fuzz', *options, CC='clang-14')
    must(['meson', 'setup', '--reconfigure', 'build-fuzz'])  # new targets are found when configuring
    yield case('clang compiles everything without a warning', ['ninja', '-C', 'build-fuzz', '-k', '0'])
    targets = sorted((ROOT / 'tests/fuzz').glob('fuzz_*.c'))

    def both(source):
        name = source.stem
        program = ROOT / 'build-fuzz/tests/fuzz' / name
        corpus = ROOT / 'tests/fuzz/corpus' / name.removeprefix('fuzz_')
        found = ROOT / 'build-fuzz/found' / name
        found.mkdir(parents=True, exist_ok=True)
        words = source.with_suffix('.dict')
        common = ['-timeout=10', '-rss_limit_mb=2048', f'-artifact_prefix={found.parent}/{name}-']
        seeds = [corpus] if corpus.is_dir() else []
        hunt = [program, f'-max_total_time={FUZZ_SECONDS}', '-print_final_stats=1', *common,
                *([f'-dict={words}'] if words.exists() else []), found, *seeds]
        return (f'{name} has a corpus', bool(seeds and any(corpus.iterdir())), f'{corpus} is empty'), \
            case(f'{name} replays its corpus', [program, '-runs=0', *common, *seeds]), \
            case(f'{name} finds nothing in {FUZZ_SECONDS} s', hunt)

    with ThreadPoolExecutor(JOBS) as pool:
        for cases in pool.map(both, targets):
            yield from cases


def web():
    """The browser interface: types, style, its own unit tests, sizes, agreement with the server."""
    folder, program = ROOT / 'web', shipped()
    yield case('types hold', ['npx', 'vue-tsc', '--noEmit'], cwd=folder)
    yield case('style', ['npx', 'eslint', '.'], cwd=folder)
    yield case('sizes are kept', ['npm', 'run', '--silent', 'size'], cwd=folder)
    yield case('the typed client is the server\'s', ['npm', 'run', '--silent', 'api:check', '--', program],
               cwd=folder)
    code, out = run(['npx', 'vitest', 'run', '--reporter=tap-flat'], cwd=folder)
    yield from tap_cases('vitest', out, code)


def browser():
    """What people do, in Chromium, against the real program."""
    code, out = run(['node', 'tests/browser/run.mjs'], BIHUAN=str(shipped()),
                    CHROMIUM=shutil.which('chromium') or '')
    yield from tap_cases('browser', out, code)


def deploy():
    """What is shipped beside the program is valid where it will be read."""
    with tempfile.TemporaryDirectory() as d:
        must(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj',
              '/CN=bihuan.example', '-keyout', f'{d}/server.key', '-out', f'{d}/server.pem'])
        site = (ROOT / 'deploy/nginx.conf').read_text('utf-8').replace('/etc/bihuan/tls', d)
        Path(d, 'site.conf').write_text(site, 'utf-8')
        Path(d, 'nginx.conf').write_text(f'events {{}}\npid {d}/pid;\nhttp {{ include {d}/site.conf; }}\n',
                                         'utf-8')
        nginx = shutil.which('nginx') or '/usr/sbin/nginx'
        yield case('nginx takes the front', [nginx, '-t', '-c', f'{d}/nginx.conf', '-e', f'{d}/log'])
        if shutil.which('systemd-analyze'):
            unit_file = (ROOT / 'deploy/bihuan.service.in').read_text('utf-8').replace('@bindir@', '/bin')
            Path(d, 'bihuan.service').write_text(unit_file, 'utf-8')
            _, out = run(['systemd-analyze', 'security', '--offline=true', '--threshold=15',
                          f'{d}/bihuan.service'])
            level = re.search(r'Overall exposure level.*?(\d+\.\d)', out)
            yield 'the unit is closed in', bool(level and float(level.group(1)) <= 1.5), out[-400:]
    for script in sorted([*ROOT.glob('tools/*.sh'), *ROOT.glob('bench/*.sh')]):
        yield case(f'{script.name} is a shell script', ['sh', '-n', script])


STEPS = [lint, release, unit, postgres, threads, torture, valgrind, fuzz, web, browser, deploy]


def tally(steps, out=sys.stdout):
    """Runs the steps and prints; returns the number of failed cases."""
    passed, failures = 0, []
    for step in steps:
        begin, good, bad = time.monotonic(), 0, []
        try:
            for name, ok, text in step():
                good += ok
                if not ok:
                    bad.append((f'{step.__name__}: {name}', text))
        except StepFailed as e:
            bad.append((f'{step.__name__}: could not run', str(e)))
        except OSError as e:
            bad.append((f'{step.__name__}: could not run', str(e)))
        if not good and not bad:
            bad.append((f'{step.__name__}: ran no test', ''))
        print(f'{step.__name__:9} {good:5} passed {len(bad):3} failed  {time.monotonic() - begin:6.1f} s',
              file=out, flush=True)
        for name, text in bad:
            print(f'\nFAILED {name}\n{text.rstrip()}\n', file=out, flush=True)
        passed += good
        failures += bad
    for name, _ in failures:
        print(f'failed: {name}', file=out)
    print(f'{passed} passed, {len(failures)} failed', file=out, flush=True)
    return len(failures)


def main(argv):
    names = {s.__name__: s for s in STEPS}
    if argv == ['--list']:
        for s in STEPS:
            print(f'{s.__name__:9} {(s.__doc__ or "").strip().splitlines()[0] if s.__doc__ else ""}')
        return 0
    unknown = [a for a in argv if a not in names]
    if unknown:
        print(f'check.py: no such step: {" ".join(unknown)}; there are {" ".join(names)}', file=sys.stderr)
        return 2
    return 1 if tally([names[a] for a in argv] or STEPS) else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
