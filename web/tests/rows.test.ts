import { describe, expect, it } from 'vitest'
import type { ItemRow } from '@/api/types'
import { flatten, nested, type Group } from '@/rooms/tasks/rows'

const row = (id: string, parent: string | null = null) => ({ id, code: id, parent_id: parent }) as ItemRow
const group = (key: string, rows: ItemRow[], more: Partial<Group> = {}): Group => ({
  key, name: key, total: rows.length, open: true, rows, next: null, loaded: true, ...more,
})

describe('rows of the grid', () => {
  it('put children under their parent, in any order', () => {
    const out = nested([row('c', 'p'), row('p'), row('g', 'c'), row('lone', 'elsewhere')], new Set())
    expect(out.map((n) => [n.row.id, n.depth])).toEqual([['p', 0], ['c', 1], ['g', 2], ['lone', 0]])
  })
  it('fold', () => {
    const out = nested([row('p'), row('c', 'p')], new Set(['p']))
    expect(out.map((n) => [n.row.id, n.open])).toEqual([['p', false]])
  })
  it('survive an item that is its own parent', () => {
    expect(nested([row('x', 'x')], new Set()).map((n) => n.row.id)).toEqual(['x'])
  })
  it('lose nothing when grouped', () => {
    const gs = [group('a', [row('1'), row('2')]), group('b', [row('3')], { open: false }), group('c', [], { loaded: false, total: 4 })]
    expect(flatten(gs, true, new Set()).map((s) => s.key)).toEqual(['g:a', '1', '2', 'g:b', 'g:c', 'm:c'])
    expect(flatten([group('*', [row('1')], { next: 'x', total: 9 })], false, new Set()).map((s) => s.key)).toEqual(['1', 'm:*'])
  })
})
