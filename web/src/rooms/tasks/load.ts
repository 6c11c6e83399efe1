/* All rows of a list in one answer, column by column, as rows again. */
import { ask } from '@/api/client'
import type { GridAnswer, GridColumnData, Lock, TaskRow } from '@/api/types/grid'
import type { Filter } from '@/base/expression'

const NAMES: Record<string, string> = {
  register_id: 'register_name', line_id: 'line_name', lead_unit_id: 'lead_unit_name', person_id: 'person_name',
  leader_id: 'leader_name', deputy_id: 'deputy_name',
}
const EMPTY: TaskRow = {
  id: '', code: '', register_id: '', line_id: null, parent_id: null, title: '', state: 'drafted', lead_unit_id: null, person_id: null,
  leader_id: null, due_day: null, due_kind: null, first_due_day: null, basis: null, progress: null, last_report_at: null,
  clock_kind: null, clock_due_at: null, returned: 0, closed_at: null, version: 0, register_name: null, line_name: null,
  lead_unit_name: null, person_name: null, leader_name: null, light: 'none', days_left: null, clock_left_days: null, children: 0,
  deputy_id: null, deputy_name: null, start_day: null, report_cycle: null, cycle_day: null, quantity: null, challenge: null,
  quantity_unit: null, weight: null, place: null, source_clause: null,
}

export function rowsOf(answer: GridAnswer): TaskRow[] {
  const rows: Record<string, unknown>[] = Array.from({ length: answer.n }, () => ({ ...EMPTY }))
  for (const [name, data] of Object.entries(answer.columns)) fill(rows, name, data)
  return rows as unknown as TaskRow[]
}
function fill(rows: Record<string, unknown>[], name: string, data: GridColumnData): void {
  if (Array.isArray(data)) {
    for (let i = 0; i < rows.length; i++) (rows[i] as Record<string, unknown>)[name] = data[i]
    return
  }
  const values = 'codes' in data ? data.codes : data.ids
  const called = 'names' in data ? data.names : null
  const as = NAMES[name]
  for (let i = 0; i < rows.length; i++) {
    const at = (data.at[i] ?? 0) - 1
    const row = rows[i] as Record<string, unknown>
    row[name] = at < 0 ? null : values[at]
    if (called && as) row[as] = at < 0 ? null : called[at]
  }
}

export interface Loaded { rows: TaskRow[]; more: boolean; locks: Record<string, Lock> }
export async function load(filter: Filter, signal?: AbortSignal): Promise<Loaded> {
  const asked: Partial<Filter> = { ...filter }
  delete asked.sort
  if (/^\d+$/.test(asked.view ?? '')) delete asked.view
  const answer = await ask('items_grid', asked as never, signal)
  return { rows: rowsOf(answer), more: answer.more, locks: answer.locks }
}

/** The rows of now; those that did not change stay the same objects, so that only the others are drawn. */
export function merged(old: TaskRow[], now: TaskRow[]): TaskRow[] {
  const by = new Map(old.map((r) => [r.id, r]))
  return now.map((r) => {
    const was = by.get(r.id)
    return was && (Object.keys(r) as (keyof TaskRow)[]).every((k) => r[k] === was[k]) ? was : r
  })
}
