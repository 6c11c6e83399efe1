#!/usr/bin/env python3
"""Shows that the tally counts right and cannot look green by accident. TAP on standard output."""
import io
import sys

import check

TAP = '1..3\nok 1 - one\nnot ok 2 - two\n# why\nok 3 - three\n    not ok 1 - inner\n'


def last_line(*steps):
    out = io.StringIO()
    failed = check.tally(steps, out)
    return out.getvalue().splitlines()[-1], failed, out.getvalue()


def step(name, *cases, error=None):
    def f():
        yield from cases
        if error:
            raise error
    f.__name__ = name
    return f


def main():
    good = step('good', ('a', True, ''), ('b', True, ''))
    bad = step('bad', ('c', True, ''), ('d', False, 'the reason'))
    rows = [
        ('all pass', last_line(good), '2 passed, 0 failed', 0),
        ('a failure', last_line(good, bad), '3 passed, 1 failed', 1),
        ('nothing ran', last_line(good, step('none')), '2 passed, 1 failed', 1),
        ('broke off', last_line(step('broken', ('a', True, ''), error=check.StepFailed('no'))),
         '1 passed, 1 failed', 1),
        ('missing part', last_line(step('missing', error=FileNotFoundError('tests/x'))),
         '0 passed, 1 failed', 1),
    ]
    results = [(name, got[0] == want and got[1] == failed, got[2]) for name, got, want, failed in rows]
    results.append(('failures are printed in full', 'the reason' in rows[1][1][2], ''))

    def count(text, code):
        cases = check.tap_cases('p', text, code)
        return len([c for c in cases if c[1]]), len([c for c in cases if not c[1]])
    for name, got, want in (
            ('TAP lines are counted', count(TAP, 1), (2, 1)),
            ('a crash after good lines fails', count('ok 1 - a\n', 134), (1, 1)),
            ('a crash without lines fails', count('', 1), (0, 1)),
            ('no TAP but success is one test', count('fine\n', 0), (1, 0)),
            ('a skipped test has not passed', count('ok 1 - a # SKIP no disk\n', 0), (0, 1)),
            ('the reason stays with its case', [c[2] for c in check.tap_cases('p', TAP, 1) if not c[1]],
             ['# why\n'])):
        results.append((name, got == want, f'{got} is not {want}'))
    code, _ = check.run(['sh', '-c', 'sleep 5'], timeout=0.2)
    results.append(('what hangs is stopped', code == 124, ''))
    results.append(('an unknown step is refused', check.main(['nonsense']) == 2, ''))
    print(f'1..{len(results)}')
    for n, (name, ok, text) in enumerate(results, 1):
        print(f'{"ok" if ok else "not ok"} {n} - {name}')
        if not ok:
            print('\n'.join('# ' + line for line in text.splitlines()))
    return 0 if all(ok for _, ok, _ in results) else 1


if __name__ == '__main__':
    sys.exit(main())
