/* What the queries of the reporting calendar and of burden answer. */
type Id = string
type Day = string
export type SubmissionState = 'ahead' | 'owed' | 'missing' | 'drafted' | 'submitted' | 'returned' | 'accepted'
export interface CollectionRow {
  id: Id; code: string; name: string; row_kind: string; cycle: string; legal_basis: string; owner_name: string; due_source: string
  units: number; mine: boolean; latest: string | null; basis: string
  columns: { element: string; name: string; must: boolean }[]
}
export interface CalendarCell {
  period: string; state: SubmissionState; due: Day; late_days: number; returned: number; revision: number
  correcting: boolean; told_at: string | null
}
export interface ReportingCalendar {
  collection: string; name: string
  periods: { period: string; title: string; due: Day }[]
  units: { unit: Id; name: string; stale_periods: number; cells: CalendarCell[] }[]
}
export interface FormColumn {
  element: string; name: string; kind: string; measure: string; decimals: number; aggregation: string; must: boolean
  lowest: string | null; highest: string | null; minutes: string; legal_basis: string; owner: string
}
export interface FormCell { text: string; previous: string; source?: string; locked?: string; fault?: string; mark?: string }
export interface FormRow {
  key: string; label: string; item: Id | null; locked: string; previous_period: string; since: number | null; cells: FormCell[]
}
export interface FormRevision {
  ordinal: number; outcome: string; reason: string; sent_at: string | null; sent_by_name?: string; decided_at: string | null
  decided_by_name?: string; opinion: string
}
export interface ReportingForm {
  collection: string; name: string; row_kind: string; legal_basis: string; due_source: string
  unit: Id; unit_name: string; period: string; period_title: string; due: Day; late_days: number
  state: SubmissionState; version: number; revision: number; latest_revision: number; accepted_revision: number; returned: number
  locked: string; may_decide: boolean; may_correct: boolean
  previous_period: string | null; next_period: string | null
  columns: FormColumn[]; rows: FormRow[]; revisions: FormRevision[]
}
export interface OwedReport {
  collection: string; name: string; unit: Id; unit_name: string; period: string; period_title: string
  state: SubmissionState; due: Day; late_days: number
}
export interface OwedReports {
  owed: OwedReport[]
  collections: { collection: string; name: string; waits: number; missing: number }[]
  counts: { owed: number; late: number; to_decide: number }
}
export interface Rates {
  from: Day; to: Day
  collections: {
    collection: string; name: string; due: number; told: number; in_time: number; accepted: number; returned: number
    complete_permille: number | null; in_time_permille: number | null
  }[]
}
export interface Burden {
  year: number; month: number
  units: { unit: Id; name: string; kind: string; cap: number; cap_source: string; over: boolean; total: string; minutes: string[] }[]
  fields: {
    collection: string; collection_name: string; element: string; name: string; owner: string; legal_basis: string; cycle: string
    minutes: string; units: number; filled_from: string; basis: string
  }[]
  duplicates: { element: string; collection: string; other_element: string; other_collection: string; unit: string }[]
}
export interface GridFault { row: string; row_label: string; element: string; column: string; why: string }
