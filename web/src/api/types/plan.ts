/* Answers of the queries about plans: documents and clauses, goals, trees, templates. */
import type { Day, Id, Instant, ItemRow, Light } from '../types'

export interface DocumentRow { id: Id; title: string; doc_no: string; clauses: number; covered: number; no_task: number; uncovered: number; items: number }
export interface TreeRow {
  id: Id; code: string; title: string; level: string; state: string; parent: Id | null; depth: number
  lead_unit_name: string | null; person_name: string | null; due_day: Day | null; light: Light; days_left: number | null
  basis: string | null; version: number; weight: number; reported: number; progress: number; from_children: boolean
  below: number; weights: number; weighted: boolean; waived: boolean; recurs: boolean
}
export interface Clause {
  id: Id; code: string | null; source_doc_id: Id; source_doc_name?: string; ordinal: number; number: string | null; section: string | null; body: string
  page: string | null; place: string | null; no_task: string | null; basis: string; version: number; note?: string
}
export interface ClausesAnswer {
  document: Id; title: string; covered: number; no_task: number; uncovered: number
  rows: (Clause & { items: { note: string; item: TreeRow }[] })[]
}
export interface GoalRow {
  id: Id; code: string; name: string; horizon: string; kind: string; first_day: Day; last_day: Day; comparator: string | null
  target: string | null; target_unit: string | null; parent_id: Id | null; unit_id: Id | null; unit_name?: string | null; weight: number; source: string | null; basis: string
  version: number; progress: number | null; from: 'items' | 'goals' | 'nothing'; weighted: boolean; items: number; below: number
  clause: { id: Id; number: string; body: string; document: Id } | null
}
export interface GoalAnswer extends GoalRow {
  parts: { share: number; note: string; counts: number; item: TreeRow }[]
  goals: GoalRow[]
}
export interface TemplateNode {
  id: Id; ordinal: number; code: string; name: string; anchor: string; offset_days: number; duration: number; duration_unit: string
  duration_class: string; after: string | null; standard: string; evidence: string | null; weight: number; source: string
}
export interface TemplateRow { id: Id; code: string; name: string; name_en: string | null; fits: string | null; source: string; basis: string; register_id: Id | null; register_name?: string | null; ended_at: Instant | null; end_reason: string | null; nodes: TemplateNode[] }
export interface PreviewNode {
  node: Id; code: string; name: string; start: Day; due: Day; duration: number; duration_unit: string; duration_class: string; cut: number
  after: string; standard: string; evidence: string; source: string; weight: number; tight: boolean; past: boolean; day_known: boolean; made_as: Id | null
}
export interface PreviewAnswer { item: Id; template_name: string; start: Day; due: Day; feasible: boolean; shortfall: number; nodes: PreviewNode[] }
export interface ItemPlan {
  item: Id
  above: { id: Id; code: string; title: string; level: string }[]
  tree: TreeRow[]
  goals: { goal: Id; code: string; name: string; horizon: string; kind: string; share: number; note: string }[]
  shares: number
  clauses: Clause[]
  templates: { template: Id; name: string; nodes: number }[]
  recurrence: {
    every: string; due_on: string; due_nth: number; first_day: Day; last_day: Day | null; ahead: number; stands: string; stopped_at: string | null; stop_reason: string | null
    refused_at: Instant | null; refused_period: string | null; refused_why: string | null; refused_why_en: string | null
    next: { period: string; due: Day }[]
    occurrences: { period: string; due: Day; skipped: string; item: Id | null; code: string; state: string }[]
  } | null
  waivers: { id: Id; child_id: Id; child_name?: string; reason: string; account_name?: string; given_at: string }[]
}
/** The rule of a recurring item, as the list of all gives it. */
export interface RecurrenceRow extends Omit<NonNullable<ItemPlan['recurrence']>, 'occurrences'> { id: Id; item_id: Id; item: ItemRow }
export interface WaiverRow { id: Id; item_id: Id; child_id: Id; reason: string; account_name?: string; given_at: Instant; parent: TreeRow; child: TreeRow }
/** On the office's day: a period that could not be drafted. */
export interface RefusedDraft { item: Id; code: string; title: string; period: string; why: string; at: Instant }
