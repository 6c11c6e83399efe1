/* What the grid's queries and commands answer. */
import type { ItemRow } from '../types'

type Id = string
export interface Refs { at: number[]; ids: Id[]; names: string[] }
export interface Codes { at: number[]; codes: string[] }
export type GridColumnData = Refs | Codes | (string | number | null)[]
export interface Lock { may: string[]; why: string }
export interface GridAnswer {
  n: number
  more: boolean
  columns: Record<string, GridColumnData>
  locks: Record<string, Lock>
}
export interface TaskRow extends ItemRow {
  deputy_id: Id | null; deputy_name: string | null; start_day: string | null
  report_cycle: string | null; cycle_day: number | null; quantity: string | null; challenge: string | null
  quantity_unit: string | null; weight: number | null; place: string | null; source_clause: string | null
}
export interface CellPreview { column: string; old: string; new: string; refused: boolean; why: string }
export interface RowPreview { item: Id; version: number; code: string; title: string; cells: CellPreview[] }
export interface ChangePreview { preview: true; items: number; changed: number; refused: number; rows: RowPreview[] }
export interface StepRow { item: Id; version: number; state: string; code: string; title: string; allowed: boolean; why: string }
export interface StepPreview { preview: boolean; refused: number; rows: StepRow[] }
export interface SavedView {
  id: Id; name: string; account_id: Id; account_id_name?: string; account_name?: string; unit_name?: string; sharing: 'me' | 'unit' | 'all'
  register_id: Id | null; base_view: string | null; conditions: string | null; words: string | null
  states: string | null; lights: string | null; line_id: Id | null; lead_id: Id | null
  sorting: string | null; grouping_by: string; tree: boolean
  layout: { name: string; width: number; frozen: boolean; hidden: boolean }[] | null
  official_order: number; version: number; own: boolean
}
