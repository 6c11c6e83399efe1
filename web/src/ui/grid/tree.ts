/* From rows to what is shown: sorted, grouped under headings with counts, nested under parents. Pure. */
import type { GridRow } from './types'

export interface TreeRow { id: string; parent_id?: string | null }
export interface Shown<R> extends GridRow { row: R | null; name?: string; count?: number; key?: string }

export function nest<R extends TreeRow>(rows: R[], shut: ReadonlySet<string>): Shown<R>[] {
  const here = new Set(rows.map((r) => r.id))
  const under = new Map<string, R[]>()
  const top: R[] = []
  for (const r of rows) {
    if (r.parent_id && r.parent_id !== r.id && here.has(r.parent_id)) {
      const list = under.get(r.parent_id)
      if (list) list.push(r)
      else under.set(r.parent_id, [r])
    } else top.push(r)
  }
  const out: Shown<R>[] = []
  const seen = new Set<string>()
  const visit = (r: R, depth: number): void => {
    if (seen.has(r.id)) return
    seen.add(r.id)
    const children = under.get(r.id)
    const open = children ? !shut.has(r.id) : null
    out.push({ id: r.id, row: r, depth, open })
    if (children && open) for (const c of children) visit(c, Math.min(depth + 1, 6))
  }
  for (const r of top) visit(r, 0)
  return out
}

export function arrange<R extends TreeRow>(
  rows: R[], how: { tree: boolean; shut: ReadonlySet<string>; group: ((r: R) => { key: string; name: string }) | null; order?: string[] },
): Shown<R>[] {
  const list = (part: R[]): Shown<R>[] => (how.tree ? nest(part, how.shut) : part.map((row) => ({ id: row.id, row })))
  if (!how.group) return list(rows)
  const groups = new Map<string, { name: string; rows: R[] }>()
  for (const r of rows) {
    const { key, name } = how.group(r)
    const g = groups.get(key)
    if (g) g.rows.push(r)
    else groups.set(key, { name, rows: [r] })
  }
  // In the order given (the official one); what belongs to none comes last.
  const place = (key: string): number => (key === '' ? Infinity : (how.order?.indexOf(key) ?? -1) >= 0 ? (how.order?.indexOf(key) ?? 0) : 1e6)
  const out: Shown<R>[] = []
  for (const [key, g] of [...groups].sort((x, y) => place(x[0]) - place(y[0]))) {
    const open = !how.shut.has(`g:${key}`)
    out.push({ id: `g:${key}`, heading: true, row: null, name: g.name, count: g.rows.length, key, open })
    if (open) out.push(...list(g.rows))
  }
  return out
}

/** Sorted by a value; what has none comes last whichever way. */
export function sorted<R>(rows: R[], value: (r: R) => string | number | null, down: boolean): R[] {
  const collator = new Intl.Collator('zh-Hans-CN', { numeric: true })
  const keyed = rows.map((row, i) => ({ row, i, v: value(row) }))
  keyed.sort((a, b) => {
    const none = Number(a.v === null || a.v === '') - Number(b.v === null || b.v === '')
    if (none) return none
    const by = typeof a.v === 'number' && typeof b.v === 'number' ? a.v - b.v : a.v === b.v ? 0 : collator.compare(String(a.v), String(b.v))
    return (down ? -by : by) || a.i - b.i
  })
  return keyed.map((k) => k.row)
}
