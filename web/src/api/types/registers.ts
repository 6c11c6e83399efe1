/* Registers as declared: the query registers, the fields of items, what a table of declarations would change. */
export interface Choice { code: string; zh: string; en: string }
export interface Column {
  code: string; name: string; name_en: string; kind: string; argument: string
  choices: Choice[]; unit_name: string; required_at: 'draft' | 'report' | 'finish' | 'never'; frequency: string
  section: string; help: string; help_en: string; max: number; decimals: number
  listed: boolean; filtered: boolean; declared: boolean; editable: boolean; why_not: string | null
}
export interface RegisterField {
  id: string; code: string; name: string; name_en: string | null; section: string | null; kind: string
  required_at: string; choices: string | null; unit_name: string | null; listed: boolean; filtered: boolean
  visible_to: string | null; basis: string | null; frequency: string | null; minutes: string | null; removed: boolean
}
export interface RegisterClock { kind: string; amount: number; unit: string; roll: string; source: string; own: boolean }
export interface RegisterRow {
  id: string; code: string; name: string; name_en: string | null; code_pattern: string; quota_kind: boolean
  legal_basis: string | null; report_minutes: number; loop: string | null; loop_name: string; n_fields: number
  // Of one register alone.
  fields?: RegisterField[]; columns?: Column[]; sections?: string[]; clocks?: RegisterClock[]
  steps?: { command: string; from: string[] }[]
}
export interface RegistersAnswer { rows: RegisterRow[]; loops: { code: string; name: string; name_en: string }[] }
export type Plain = string | boolean | null
export interface ItemField { column: Column; value: Plain; shown: string }
export interface Fault { table: string; line: number; column: string; text: string }
export interface Change {
  table: string; line: number; entity: string; entity_name: string; register: string; code: string; name: string
  verdict: 'new' | 'changed' | 'removed'
  differs: { name: string; title: string; before: string; after: string }[]
  values: number; n_unfit: number; unfit: { item: string; value: string; why: string }[]
}
export interface Preview {
  faults: Fault[]; changes: Change[]; counts: Record<'new' | 'changed' | 'removed' | 'same', number>; forms?: RegisterRow[]
}
