/*
 * The shapes of answers, as docs/api.md gives them. Ids travel as strings, days as "YYYY-MM-DD",
 * instants as RFC 3339, decimals as strings, "none" as null. Commands and the parameters of
 * questions come from the generated schema; answers are joined from several records by the server
 * and are written down here.
 */
import type { paths } from './schema'
import type { Cockpit } from './types/cockpit'

import type { ContractMore, MyNews } from './types/contract'

export type Id = string
export type Day = string
export type Instant = string
export type Light = 'green' | 'blue' | 'yellow' | 'orange' | 'red' | 'grey' | 'none'
export type Role =
  | 'leader' | 'supervisor' | 'unit' | 'analyst' | 'auditor' | 'sysadmin' | 'secadmin'
export type State =
  | 'drafted' | 'approved' | 'issued' | 'accepted' | 'reported' | 'suspended' | 'closed'
  | 'cancelled' | 'archived'

export interface DemoAccount { login: string; name: string; roles: string[]; unit_name: string | null }
export interface DistrictName { code: string; name: string; name_en: string | null }
/** Where one server serves several districts: those to choose from, and null until one is chosen. */
export interface Welcome {
  district: { code: string; name: string; name_en: string | null; year: number } | null
  districts: DistrictName[] | null
  more_districts: boolean
  today: Day | null
  as_of: Instant | null
  demo_accounts: DemoAccount[] | null
  demo_password: string | null
  version: string
}
export interface Session {
  account: {
    id: Id; login: string; name: string; roles: Role[]
    unit_id: Id; unit_name: string; person_id: Id
  }
  district: {
    id: Id; code: string; name: string; name_en: string | null; year: number
    pack: string; example_day: Day | null
  }
  now: Instant
  today: Day
  as_of: Instant | null
  csrf: string
  must_change: boolean
  acting: import('./types/delegation').ActingFor | null
  delegations: import('./types/delegation').DelegationToMe[]
  may: string[]
  warnings: { id: string; text: string }[]
}

export interface ItemRow {
  id: Id; code: string; register_id: Id; line_id: Id | null; parent_id: Id | null
  title: string; state: State; lead_unit_id: Id | null; person_id: Id | null
  leader_id: Id | null; due_day: Day | null; due_kind: string | null
  first_due_day: Day | null; basis: string | null; progress: number | null
  last_report_at: Instant | null; clock_kind: string | null; clock_due_at: Instant | null
  returned: number; closed_at: Instant | null; version: number
  register_name: string | null; line_name: string | null; lead_unit_name: string | null
  person_name: string | null; leader_name: string | null
  light: Light; days_left: number | null; clock_left_days: number | null; children: number
}
export interface Item extends ItemRow {
  content: string | null; standard: string | null; deputy_id: Id | null; deputy_name?: string | null
  start_day: Day | null; report_cycle: string | null; cycle_day: number | null
  quantity: string | null; challenge: string | null; quantity_unit: string | null
  weight: number | null; place: string | null; secrecy: string | null
  source_doc_id: Id | null; source_clause: string | null; source_place: string | null
  authority_kind: string | null; authority_ref: string | null; authority_by: string | null
  authority_day: Day | null; commitment: string | null; baseline: number | null
  reopened: number; overturned: number; extensions: number; heir_id: Id | null; created_at: Instant
}
export interface Assist { id: Id; unit_id: Id; unit_name: string; share_pct: number | null; duty: string | null }
export interface Part {
  id: Id; kind: 'standard' | 'measure' | 'target'; ordinal: number; body: string
  comparator: string | null; quantity: string | null; quantity_unit: string | null
  answer: string | null
}
export interface Baseline {
  id: Id; ordinal: number; due_day: Day | null; contract: unknown; reason: string | null
  change_id: Id | null; set_at: Instant
}
export interface Report {
  id: Id; period: string; kind: string; progress: number | null; quantity: string | null
  narrative: string; problems: string | null; next_step: string | null
  account_id: Id; account_name?: string | null; told_at: Instant
}
export interface Evidence {
  id: Id; report_id: Id | null; file_hash: string; file_name: string; media_type: string
  bytes: number; caption: string | null; secrecy: string; account_id: Id
  account_name?: string | null; added_at: Instant
}
export interface ChangeRequest {
  id: Id; kind: string; wish: string; reason: string; new_due_day: Day | null
  new_standard: string | null; state: string; account_id: Id; account_name?: string | null
  asked_at: Instant; clock_due_at: Instant | null; decided_by: Id | null
  decided_by_name?: string | null; decided_at: Instant | null; opinion: string | null
}
export interface Verdict {
  id: Id; outcome: string; findings: string; rework_due_day: Day | null; account_id: Id
  account_name?: string | null; unit_id: Id; unit_name?: string | null; given_at: Instant
}
export interface Objection {
  id: Id; grounds: string; state: string; account_id: Id; account_name?: string | null
  asked_at: Instant; clock_due_at: Instant | null; decided_at: Instant | null
  decided_by_name?: string | null; decision: string | null
}
export interface ClockRun {
  id: Id; kind: string; from_at: Instant; due_at: Instant | null; stopped_at: Instant | null
  met: boolean | null; rule_version: string; calendar_version: string
}
export interface Note { id: Id; kind: string; body: string; account_name?: string | null; sent_at: Instant }
export interface Waiver { id: Id; child_id: Id; reason: string; given_at: Instant }
export interface LoopState { code: State; name: string; current: boolean; passed: boolean }
export interface LoopStep {
  command: string; name: string; to: State; roles: string[]; clock: string | null
  allowed: boolean; why: string | null
}
export interface ItemAnswer extends ContractMore {
  fields: import('./types/registers').ItemField[]
  item: Item; assists: Assist[]; parts: Part[]; baselines: Baseline[]; reports: Report[]
  evidence: Evidence[]; changes: ChangeRequest[]; verdicts: Verdict[]; objections: Objection[]
  clocks: ClockRun[]; notes: Note[]; waivers: Waiver[]; children: ItemRow[]
  parent: ItemRow | null; source: unknown; loop: { states: LoopState[]; steps: LoopStep[] }
}
export interface Origin {
  passage: string | null; place: string | null
  document: {
    id: Id; title: string; doc_no: string | null; file_name: string; file_hash: string
    imported_by: string | null; imported_at: Instant
  } | null
  batch_id: Id | null
  authority: { kind: string; ref: string; by: string | null; day: Day } | null
  drafted: { seq: string; at: Instant; by: string } | null
  chain: { seq: string; hash: string } | null
}
export type Act =
  | 'approve' | 'issue' | 'accept' | 'report' | 'rework' | 'finish' | 'verify'
  | 'decide_change' | 'decide_objection'
export interface Owed { act: Act; item: ItemRow; due_at: Instant | null; left_days: number | null; overdue: boolean }
export interface Awaited {
  for: string; item: ItemRow; who: string | null; due_at: Instant | null
  left_days: number | null; overdue: boolean
}
export interface MyDay extends Partial<MyNews> {
  today: Day; is_working_day: boolean; next_working_day: Day | null
  owe: Owed[]; waits: Awaited[]; counts: Record<string, number>
  refused?: import('./types/plan').RefusedDraft[]
}
export interface Counts {
  total: number; by_state: Record<string, number>; by_light: Record<string, number>
  by_line: { id: Id | null; code: string | null; name: string | null; n: number }[]
  by_unit: { id: Id | null; name: string | null; n: number }[]
}
export interface Paged<T> { rows: T[]; next: string | null; total?: number }
export interface Unit {
  id: Id; code: string; name: string; short_name: string | null; kind: string
  parent_id: Id | null; parent_name: string | null; official_order: number
  collecting: boolean; supervising: boolean; basis: string; aliases: string[]; version: number
  opens_day: Day | null; closes_day: Day | null
}
export interface Person {
  id: Id; code: string; name: string; title: string | null; unit_id: Id; unit_name: string
  active: boolean; basis: string; version: number; left_day: Day | null
}
export interface Account {
  id: Id; login: string; person_id: Id; person_name: string; unit_id: Id; unit_name: string
  disabled: boolean; demo: boolean; must_change: boolean; roles: string[]; version: number
}
export interface NamedRow { id: Id; code: string; name: string; name_en?: string | null; [more: string]: unknown }
export interface CalendarDay { civil_day: Day; kind: 'off' | 'work' | 'half'; name: string | null; source: string | null }
export interface FieldChange { name: string; title: string; before: unknown; after: unknown }
export interface EntityChange {
  entity: string; entity_name: string; id: Id; kind: 'insert' | 'update' | 'remove'; fields: FieldChange[]
}
export interface JournalRow {
  seq: string; at: Instant; account_id: Id | null; actor: string; unit_name: string | null
  command: string; command_name: string; object_kind: string | null; object_id: Id | null
  object_code: string | null; object_title: string | null; changes: EntityChange[]; changes_left_out: number; hash: string
}
export interface LoopTable {
  states: { code: State; name: string; name_en?: string }[]
  transitions: {
    from: State; command: string; name: string; name_en?: string; to: State
    by: unknown; needs: unknown; clock: string | null
  }[]
}
export interface Candidate { id: Id; code: string; name: string }
/** What a person has to settle about a row; a hard question bars the import from being applied. */
export interface Question { field: string; why: string; text: string; hard: boolean; candidates: Candidate[] }
export interface ImportRow {
  id: Id; ordinal: number; place: string; section: string | null; title: string; body: string
  lead_text: string | null; lead_unit_id: Id | null; lead_unit_name: string | null
  assist_units: { text: string; unit_id: Id | null; unit_name: string }[]
  leader_text: string | null; leader_name: string | null
  due_day: Day | null; due_text: string | null; due_kind: string | null
  number: string; content: string; blocks: number
  details: { parts: { kind: string; body: string }[] } | null
  questions: Question[]; differences: unknown[]
  verdict: string; item_id: Id | null; item_code: string | null; version: number
}
export interface Passage { text: string; places: string[]; blocks: number; number?: string; level?: number; when?: string }
export interface ImportDocument { id: Id; title: string; doc_no: string | null; file_name: string; file_hash: string; bytes: number }
export interface ImportAnswer {
  batch: {
    id: Id; state: 'previewed' | 'applied' | 'discarded'; register_id: Id; register_name: string
    plan_year: number; kind: string; read_at: Instant; account_name: string | null; version: number
  }
  document: ImportDocument | null
  counts: Record<string, number>
  blocks: number
  rows: ImportRow[]
  headings: Passage[]; notices: Passage[]; reporting: Passage[]
  to_confirm: (Question & { row: Id | null; ordinal: number; place: string; blocks?: number })[]
  missing: ItemRow[]
}
export interface ImportListRow {
  id: Id; state: string; plan_year: number; read_at: Instant; version: number
  register_name: string; account_name: string | null; counts: Record<string, number>
  document: ImportDocument | null
}
export interface StoredFile { hash: string; bytes: number; name: string; media_type: string }

/** Commands: name → arguments, from the schema. */
export type Commands = {
  [P in keyof paths as P extends `/api/v1/do/${infer N}` ? N : never]: paths[P] extends {
    post: { requestBody: { content: { 'application/json': infer B } } }
  } ? B : never
}
type Params = {
  [P in keyof paths as P extends `/api/v1/do/${string}` ? never : P extends `/api/v1/${infer N}` ? N : never]:
    paths[P] extends { get: { parameters: { query?: infer Q } } } ? ([Q] extends [undefined] ? Record<string, never> : NonNullable<Q>) : Record<string, never>
}
interface Answers {
  items: Paged<ItemRow> & { total: number }
  items_counts: Counts
  items_grid: import('./types/grid').GridAnswer
  register_file: import('./types/roundtrip').RegisterFile
  saved_views: { rows: import('./types/grid').SavedView[] }
  saved_view: import('./types/grid').SavedView
  item: ItemAnswer
  item_history: Paged<JournalRow>
  item_origin: Origin
  my_day: MyDay
  item_baselines: import('./types/contract').BaselinesAnswer
  item_people: { rows: import('./types/contract').ItemPerson[]; more: boolean }
  watched: { rows: ItemRow[] }
  views: { rows: { code: string; name: string; where: string }[] }
  units: { rows: Unit[] }
  unit_change_preview: import('./types/units').UnitPreview
  unit_history: import('./types/units').UnitHistory
  person_leaving: import('./types/units').PersonLeaving
  people: { rows: Person[] }
  accounts: { rows: Account[] }
  delegations: { rows: import('./types/delegation').DelegationRow[] }
  feeds: { rows: import('./types/hooks').FeedRow[] }
  webhooks: { rows: import('./types/hooks').WebhookRow[] }
  webhook_deliveries: { rows: import('./types/hooks').DeliveryRow[] }
  lines: { rows: NamedRow[] }
  registers: import('./types/registers').RegistersAnswer
  rules: Record<string, unknown>
  calendar: { rows: CalendarDay[]; known: boolean; warning: string | null }
  journal: Paged<JournalRow>
  cockpit: Cockpit
  journal_head: { seq: string; hash: string; at: Instant }
  loop: LoopTable
  commands: { rows: { name: string; title: string; doc: string; roles: string[] }[] }
  imports: { rows: ImportListRow[] }
  documents: { rows: import('./types/plan').DocumentRow[] }
  clauses: import('./types/plan').ClausesAnswer
  uncovered_items: { rows: ItemRow[]; more: boolean }
  item_tree: { rows: import('./types/plan').TreeRow[]; more: boolean }
  goals: { rows: import('./types/plan').GoalRow[] }
  goal: import('./types/plan').GoalAnswer
  templates: { rows: import('./types/plan').TemplateRow[] }
  recurrences: { rows: import('./types/plan').RecurrenceRow[]; more: boolean }
  waivers: { rows: import('./types/plan').WaiverRow[]; n: number }
  template_preview: import('./types/plan').PreviewAnswer
  item_plan: import('./types/plan').ItemPlan
  import: ImportAnswer
  search: import('./types/search').SearchAnswer
  elements: { elements: Record<string, unknown>[] }
  collections: { collections: import('./types/reporting').CollectionRow[] }
  reporting_calendar: import('./types/reporting').ReportingCalendar
  reporting_grid: import('./types/reporting').ReportingForm
  reporting_owed: import('./types/reporting').OwedReports
  reporting_rates: import('./types/reporting').Rates
  burden: import('./types/reporting').Burden
}
/** Questions: name → parameters (from the schema) and answer. */
export type Queries = { [Q in keyof Answers & keyof Params]: [Params[Q], Answers[Q]] }
export type Done = { seq: string } & Record<string, unknown>
