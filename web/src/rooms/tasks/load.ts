/* All rows of a list in one answer, column by column, as rows again. */
import type { GridAnswer, GridColumnData, Lock, TaskRow } from '@/api/types/grid'
import type { Filter } from '@/base/expression'
import { answered, questionOf } from './early'

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
  const answer = await answered(questionOf(filter), signal)
  return { rows: rowsOf(answer), more: answer.more, locks: answer.locks }
}

/*
 * Answers of a moment ago, by filter. Going back to a filter, or narrowing a complete list to a state or a
 * light, shows at once what they say while the server is asked all the same: its answer is what stays.
 */
const RECENT = 4
export class Recent {
  private readonly by = new Map<string, Loaded>()
  private key(filter: Filter): string {
    return JSON.stringify({ ...filter, sort: '' })
  }
  keep(filter: Filter, what: Loaded): void {
    const key = this.key(filter)
    this.by.delete(key)
    this.by.set(key, what)
    for (const old of [...this.by.keys()].slice(0, -RECENT)) this.by.delete(old)
  }
  of(filter: Filter): Loaded | null {
    const exact = this.by.get(this.key(filter))
    if (exact) return exact
    const whole = this.by.get(this.key({ ...filter, state: '', light: '' }))
    if (!whole || whole.more) return null
    const states = filter.state.split(',').filter(Boolean)
    const lights = filter.light.split(',').filter(Boolean)
    const fits = (r: TaskRow): boolean => (!states.length || states.includes(r.state)) && (!lights.length || lights.includes(r.light))
    return { ...whole, rows: whole.rows.filter(fits) }
  }
  clear(): void {
    this.by.clear()
  }
}

/** The rows of now; those that did not change stay the same objects, so that only the others are drawn. */
export function merged(old: TaskRow[], now: TaskRow[]): TaskRow[] {
  const by = new Map(old.map((r) => [r.id, r]))
  const rows = now.map((r) => {
    const was = by.get(r.id)
    return was && (Object.keys(r) as (keyof TaskRow)[]).every((k) => r[k] === was[k]) ? was : r
  })
  return rows.length === old.length && rows.every((r, i) => r === old[i]) ? old : rows
}
