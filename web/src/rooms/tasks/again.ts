/*
 * The list once more, quietly: the same groups, as far as they were loaded, with what the server has
 * now. A list of one page is one question; of a longer one only what is open is asked.
 */
import { ask } from '@/api/client'
import type { Counts, ItemRow } from '@/api/types'
import type { Group } from './rows'

const PAGE = 200
type Asked = Parameters<typeof ask<'items'>>[1]

async function rowsOf(asked: Asked, wanted: number, signal: AbortSignal): Promise<{ rows: ItemRow[]; next: string | null }> {
  let rows: ItemRow[] = []
  let next: string | null = null
  do {
    const got: { rows: ItemRow[]; next: string | null } = await ask('items', { ...asked, limit: Math.min(PAGE, wanted), cursor: next ?? undefined }, signal)
    rows = [...rows, ...got.rows]
    next = got.next
  } while (next && rows.length < wanted)
  return { rows, next }
}

/** Null: the list is grouped otherwise now and must be loaded anew. */
export async function again(old: Group[], counts: Counts, asked: Asked, noLine: string, signal: AbortSignal): Promise<Group[] | null> {
  const lines = counts.by_line.filter((l) => l.n > 0)
  if (old.length === 0 || old[0]?.key === '*') {
    const { rows, next } = await rowsOf(asked, Math.max(100, old[0]?.rows.length ?? 0), signal)
    return [{ key: '*', name: '', open: true, loaded: true, total: counts.total, rows, next }]
  }
  if (lines.length === 0 || lines.some((l) => l.id === null)) return null
  const all = counts.total <= PAGE ? (await rowsOf(asked, PAGE, signal)).rows : null
  const made: Group[] = []
  for (const l of lines) {
    const was = old.find((g) => g.key === l.id)
    const g: Group = { key: l.id ?? '', name: l.name ?? noLine, total: l.n, open: was?.open ?? true, rows: [], next: null, loaded: false }
    if (all) Object.assign(g, { rows: all.filter((r) => r.line_id === l.id), loaded: true })
    else if (g.open && was?.loaded !== false) Object.assign(g, await rowsOf({ ...asked, line: g.key }, Math.max(50, was?.rows.length ?? 0), signal), { loaded: true })
    made.push(g)
  }
  return made
}
