/* The answer of the query cockpit. Numbers stand in the order of figures. */
import type { Day, Id, ItemRow } from '../types'

export interface Figure { code: string; name: string; group: 'all' | 'light' | 'change' | 'due' | 'quarter'; where: string; sentence: string }
export interface Group { n: number[]; progress: number | null; late_days: number }
export interface NamedGroup extends Group { id: Id | null; code: string; name: string }
export interface Term { first: Day; last: Day; days_left: number; working_days_left: number | null }
export interface Cockpit {
  today: Day; since: Day; seq: number
  /** The expression of whose items these are; empty for all. */
  base: string
  figures: Figure[]
  all: Group
  lines: NamedGroup[]
  late_units: NamedGroup[]
  leaders: (NamedGroup & { title: string })[]
  late: ItemRow[]
  due: ItemRow[]
  first_quarter: Term
  quarter: Term
}
