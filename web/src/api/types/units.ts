/* Answers about units in time and handovers. */
import type { Id, Unit } from '../types'

export interface MovedItem {
  code: string
  /** Null for readers who may not read items. */
  title: string | null
  state: string
  part: 'lead' | 'assist'
  person_name: string
  deputy_name: string
}
export interface UnitPreview {
  unit: Unit
  items: MovedItem[]
  led: number
  assisted: number
  over: number
  people: { id: Id; code: string; name: string; title: string }[]
  accounts: number
  children: { id: Id; code: string; name: string; kind: string }[]
}
export interface UnitStep {
  unit_id: Id
  name: string
  permille: number
  on_day: string
  cause: string
  document: string
}
export interface UnitHistory {
  unit: Unit
  periods: { from_day: string | null; to_day: string | null; name: string; short_name: string; parent_name: string; ended_by: string; document: string }[]
  predecessors: UnitStep[]
  successors: UnitStep[]
  now: { unit_id: Id; name: string; share: string }[]
  before: { unit_id: Id; name: string; share: string }[]
}
export interface Duty {
  code: string
  title: string | null
  state: string
  unit_id: Id | null
  unit_name: string
  as: ('person' | 'deputy' | 'leader')[]
}
export interface PersonLeaving {
  person: { id: Id; name: string; version: number; unit_id: Id; active: boolean }
  items: Duty[]
  over: number
  requests: number
  accounts: { id: Id; login: string; roles: string[] }[]
  handovers: { id: Id; kind: string; on_day: string; reason: string; items: number }[]
}
