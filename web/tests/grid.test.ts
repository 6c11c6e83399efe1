import { describe, expect, it } from 'vitest'
import type { TaskRow } from '@/api/types/grid'
import { EMPTY } from '@/base/expression'
import { merged, Recent } from '@/rooms/tasks/load'
import { blockOf, parseText, toText } from '@/ui/grid/clipboard'
import { boundsOf, cellsOf, countOf, inside, spread } from '@/ui/grid/range'
import { arrange, nest, sorted } from '@/ui/grid/tree'

describe('blocks from the clipboard', () => {
  it('cells by tabs, rows by any line end, no row for the last one', () => {
    expect(parseText('a\tb\r\nc\td\r\n')).toEqual([['a', 'b'], ['c', 'd']])
    expect(parseText('a\rb\nc')).toEqual([['a'], ['b'], ['c']])
    expect(parseText('a\t\n\tb')).toEqual([['a', ''], ['', 'b']])
    expect(parseText('')).toEqual([])
  })
  it('an empty line is a row: what stands below stays in its place', () => {
    expect(parseText('a\n\nb\n')).toEqual([['a'], [''], ['b']])
  })
  it('quotes hold tabs, line ends and quotes; a quote inside a word is a quote', () => {
    expect(parseText('"一\t二"\t"三\r\n四"\n')).toEqual([['一\t二', '三\n四']])
    expect(parseText('"他说""好"""')).toEqual([['他说"好"']])
    expect(parseText('"半句\tb')).toEqual([['"半句', 'b']])
    expect(parseText('5" 管\tb')).toEqual([['5" 管', 'b']])
    expect(parseText('"a"b\tc')).toEqual([['"a"b', 'c']])
  })
  it('what is copied is read back as it was', () => {
    const block = [['一\t二', '三\n四', '"五"'], ['', ' 六 ', '7']]
    expect(parseText(toText(block))).toEqual(block)
  })
  it('text wins over a table of markup', () => {
    expect(blockOf({ getData: (t) => (t === 'text/plain' ? 'a\tb' : '<table></table>') })).toEqual([['a', 'b']])
    expect(blockOf({ getData: () => '' })).toEqual([])
  })
})

describe('ranges', () => {
  const b = boundsOf({ anchor: { r: 4, c: 1 }, focus: { r: 2, c: 3 } })
  it('are the same from whichever corner', () => {
    expect(b).toEqual({ top: 2, bottom: 4, left: 1, right: 3 })
    expect(countOf(b)).toBe(9)
    expect(cellsOf(b)).toHaveLength(9)
    expect(cellsOf(b)[1]).toEqual({ r: 2, c: 2 })
    expect([inside(b, 2, 1), inside(b, 4, 3), inside(b, 5, 3), inside(b, 2, 0)]).toEqual([true, true, false, false])
  })
  it('are filled by a block that goes into them whole times, in both directions', () => {
    const at = spread([['x', 'y']], boundsOf({ anchor: { r: 0, c: 0 }, focus: { r: 1, c: 3 } }))
    expect(at.map((s) => `${s.at.r}${s.at.c}${s.text}`)).toEqual(['00x', '01y', '02x', '03y', '10x', '11y', '12x', '13y'])
  })
  it('take a block once where it does not fit, or is larger than they are', () => {
    expect(spread([['a'], ['b']], boundsOf({ anchor: { r: 0, c: 0 }, focus: { r: 2, c: 0 } }))).toHaveLength(2)
    expect(spread([['a', 'b'], ['c']], boundsOf({ anchor: { r: 7, c: 2 }, focus: { r: 7, c: 2 } })).map((s) => s.at)).toEqual([{ r: 7, c: 2 }, { r: 7, c: 3 }, { r: 8, c: 2 }])
    expect(spread([], b)).toEqual([])
  })
})

describe('trees and groups', () => {
  const rows = [
    { id: 'c', parent_id: 'b', of: 'x' }, { id: 'a', parent_id: null, of: 'x' }, { id: 'b', parent_id: 'a', of: 'y' }, { id: 'd', parent_id: 'gone', of: '' },
  ]
  it('nest children below their parents; whose parent is not here stands at the top', () => {
    expect(nest(rows, new Set()).map((l) => `${l.id}${l.depth}`)).toEqual(['a0', 'b1', 'c2', 'd0'])
  })
  it('fold away everything below, and say whether there is anything', () => {
    const lines = nest(rows, new Set(['a']))
    expect(lines.map((l) => [l.id, l.open])).toEqual([['a', false], ['d', null]])
  })
  it('end in spite of a parent of itself, and of a ring beside a tree', () => {
    expect(nest([{ id: 'a', parent_id: 'a' }], new Set()).map((l) => l.id)).toEqual(['a'])
    const ring = [{ id: 'a', parent_id: 'b' }, { id: 'b', parent_id: 'a' }, { id: 'c', parent_id: null }]
    expect(nest(ring, new Set()).map((l) => l.id)).toEqual(['c'])
  })
  it('group in the official order, what belongs to none last, with counts also when folded', () => {
    const how = { tree: false, shut: new Set(['g:x']), group: (r: { of: string }) => ({ key: r.of, name: `组${r.of}` }), order: ['y', 'x'] }
    expect(arrange(rows, how).map((l) => [l.id, l.count])).toEqual([['g:y', 1], ['b', undefined], ['g:x', 2], ['g:', 1], ['d', undefined]])
  })
  it('sort by number and by name, nothing last both ways, equals as they came', () => {
    const list = [{ n: 3, i: 0 }, { n: null, i: 1 }, { n: 10, i: 2 }, { n: 3, i: 3 }]
    const order = (down: boolean): number[] => sorted(list, (r) => r.n, down).map((r) => r.i)
    expect(order(false)).toEqual([0, 3, 2, 1])
    expect(order(true)).toEqual([2, 0, 3, 1])
    expect(sorted([{ s: '第10项' }, { s: '第2项' }], (r) => r.s, false).map((r) => r.s)).toEqual(['第2项', '第10项'])
  })
})

describe('rows that came again', () => {
  const row = (id: string, more: Partial<TaskRow> = {}): TaskRow => ({ id, state: 'accepted', light: 'red', ...more }) as TaskRow
  it('stay the same objects where nothing changed, and the same list where nothing changed at all', () => {
    const old = [row('1'), row('2')]
    const now = merged(old, [row('1'), row('2', { state: 'closed' })])
    expect(now[0]).toBe(old[0])
    expect(now[1]).not.toBe(old[1])
    expect(merged(old, [row('1'), row('2')])).toBe(old)
    expect(merged(old, [row('1')])).toHaveLength(1)
  })
  it('a complete list answers for its states and lights until asked; an incomplete one does not', () => {
    const recent = new Recent()
    const rows = [row('1'), row('2', { state: 'closed', light: 'grey' }), row('3', { light: 'blue' })]
    const ids = (f: object): string[] | undefined => recent.of({ ...EMPTY, ...f })?.rows.map((r) => r.id)
    recent.keep(EMPTY, { rows, more: false, locks: {} })
    expect(ids({ state: 'closed' })).toEqual(['2'])
    expect(ids({ state: 'accepted,closed', light: 'red,grey' })).toEqual(['1', '2'])
    expect(ids({ sort: '-code' })).toEqual(['1', '2', '3'])
    expect(ids({ q: '河' })).toBeUndefined()
    recent.keep(EMPTY, { rows, more: true, locks: {} })
    expect(ids({ state: 'closed' })).toBeUndefined()
    recent.clear()
    expect(ids({})).toBeUndefined()
  })
  it('only the last few lists are kept', () => {
    const recent = new Recent()
    for (const q of ['a', 'b', 'c', 'd', 'e']) recent.keep({ ...EMPTY, q }, { rows: [], more: false, locks: {} })
    expect(recent.of({ ...EMPTY, q: 'a' })).toBeNull()
    expect(recent.of({ ...EMPTY, q: 'b' })).not.toBeNull()
  })
})
