/*
 * What the grid shows, as one flat list: group headings, items with their children under them, and
 * the lines that load more. Pure, so that grouping and nesting are tested without a browser.
 */
import type { ItemRow } from '@/api/types'

export interface Group {
  key: string
  name: string
  total: number
  open: boolean
  rows: ItemRow[]
  next: string | null
  loaded: boolean
}
export type Shown =
  | { kind: 'group'; key: string; group: Group }
  | { kind: 'item'; key: string; row: ItemRow; depth: number; open: boolean | null }
  | { kind: 'more'; key: string; group: Group }

/** Children stand under their parent when the parent is in the list too; else they stand alone. */
export function nested(rows: ItemRow[], shut: Set<string>): { row: ItemRow; depth: number; open: boolean | null }[] {
  const here = new Set(rows.map((r) => r.id))
  const under = new Map<string, ItemRow[]>()
  const top: ItemRow[] = []
  for (const r of rows) {
    if (r.parent_id && here.has(r.parent_id) && r.parent_id !== r.id) {
      const list = under.get(r.parent_id)
      if (list) list.push(r)
      else under.set(r.parent_id, [r])
    } else top.push(r)
  }
  const out: { row: ItemRow; depth: number; open: boolean | null }[] = []
  const visit = (r: ItemRow, depth: number): void => {
    const children = under.get(r.id)
    const open = children ? !shut.has(r.id) : null
    out.push({ row: r, depth, open })
    if (children && open) for (const c of children) visit(c, Math.min(depth + 1, 6))
  }
  for (const r of top) visit(r, 0)
  return out
}

export function flatten(groups: Group[], grouped: boolean, shut: Set<string>): Shown[] {
  const out: Shown[] = []
  for (const g of groups) {
    if (grouped) out.push({ kind: 'group', key: `g:${g.key}`, group: g })
    if (grouped && !g.open) continue
    for (const n of nested(g.rows, shut)) out.push({ kind: 'item', key: n.row.id, ...n })
    if (g.next || (g.open && !g.loaded)) out.push({ kind: 'more', key: `m:${g.key}`, group: g })
  }
  return out
}
