/*
 * The forms of the loop's commands: which fields, in which order, which must be given. The server
 * checks everything again; this only saves a round trip and tells what is wanted.
 */
import type { ItemAnswer } from '@/api/types'
import type { Word } from '@/i18n'

export type Kind =
  | 'text' | 'area' | 'day' | 'unit' | 'person' | 'choice' | 'number' | 'percent' | 'check'
  | 'parts' | 'assists' | 'evidence' | 'answers' | 'line' | 'register' | 'item' | 'split' | 'goal' | 'shares'
export interface FormField {
  name: string
  kind: Kind
  word: Word
  required?: boolean
  help?: Word
  group?: string // of codes, for a choice
  options?: string[]
  max?: number
  when?: (values: Values) => boolean
  unitField?: string // a person is chosen from this unit
}
export type Values = Record<string, unknown>
export interface Form {
  command: string
  word: Word
  fields: FormField[]
  width?: string
  versioned?: boolean
  changes?: boolean // sends only what differs from before
  start?: (a: ItemAnswer | null, today: string) => Values
}

const reason: FormField = { name: 'reason', kind: 'area', word: 'f.reason', required: true, max: 1000 }
const lead: FormField[] = [
  { name: 'lead', kind: 'unit', word: 'f.lead', required: true },
  { name: 'person', kind: 'person', word: 'f.person', required: true, unitField: 'lead' },
  { name: 'deputy', kind: 'person', word: 'f.deputy', required: true, unitField: 'lead' },
]

function contractFields(needed: boolean): FormField[] {
  return [
    { name: 'title', kind: 'text', word: 'f.title', required: true, max: 200 },
    { name: 'line', kind: 'line', word: 'f.line' },
    { name: 'content', kind: 'area', word: 'f.content', max: 4000 },
    { name: 'standard', kind: 'area', word: 'f.standard', max: 2000, help: 'f.standard.help' },
    ...lead.map((f) => ({ ...f, required: needed && f.required })),
    { name: 'leader', kind: 'person', word: 'f.leader' },
    { name: 'assists', kind: 'assists', word: 'f.assists' },
    { name: 'parts', kind: 'parts', word: 'f.parts', help: 'f.parts.help' },
    { name: 'start', kind: 'day', word: 'f.start' },
    { name: 'due', kind: 'day', word: 'f.due' },
    { name: 'due_kind', kind: 'choice', word: 'f.due_kind', group: 'due_kind', options: ['finish', 'start', 'recurring', 'none'] },
    { name: 'cycle', kind: 'choice', word: 'f.cycle', group: 'cycle', options: ['none', 'week', 'tenday', 'month', 'quarter', 'half'] },
    { name: 'quantity', kind: 'number', word: 'f.quantity' },
    { name: 'quantity_unit', kind: 'text', word: 'f.quantity_unit', max: 20 },
    { name: 'place', kind: 'text', word: 'f.place', max: 120 },
  ]
}

export const FORMS: Record<string, Form> = {
  'item.draft': {
    command: 'item.draft', word: 'act.draft', width: '720px', versioned: false,
    fields: [{ name: 'register', kind: 'register', word: 'f.register', required: true }, ...contractFields(false)],
  },
  'item.edit': {
    command: 'item.edit', word: 'act.edit', width: '720px', changes: true, fields: contractFields(false),
    start: (a) => (a ? {
      title: a.item.title, line: a.item.line_id, content: a.item.content, standard: a.item.standard,
      lead: a.item.lead_unit_id, person: a.item.person_id, deputy: a.item.deputy_id, leader: a.item.leader_id,
      assists: a.assists.map((x) => ({ unit: x.unit_id, share: x.share_pct || null, duty: x.duty })),
      parts: a.parts.map((p) => ({
        kind: p.kind, body: p.body, comparator: p.comparator, quantity: p.quantity, quantity_unit: p.quantity_unit,
      })),
      start: a.item.start_day, due: a.item.due_day, due_kind: a.item.due_kind, cycle: a.item.report_cycle,
      quantity: a.item.quantity, quantity_unit: a.item.quantity_unit, place: a.item.place,
    } : {}),
  },
  'item.approve': {
    command: 'item.approve', word: 'act.approve',
    fields: [
      { name: 'authority_kind', kind: 'choice', word: 'f.authority_kind', required: true, group: 'authority', options: ['meeting', 'instruction', 'head'] },
      { name: 'authority_ref', kind: 'text', word: 'f.authority_ref', required: true, max: 200, help: 'f.authority_ref.help' },
      { name: 'authority_by', kind: 'text', word: 'f.authority_by', max: 120 },
      { name: 'authority_day', kind: 'day', word: 'f.authority_day', required: true },
    ],
    start: (_a, today) => ({ authority_kind: 'meeting', authority_day: today }),
  },
  'item.issue': { command: 'item.issue', word: 'act.issue', fields: [] },
  'item.accept': {
    command: 'item.accept', word: 'act.accept',
    fields: [{ name: 'commitment', kind: 'area', word: 'f.commitment', required: true, max: 1000, help: 'f.commitment.help' }],
  },
  'item.decline': { command: 'item.decline', word: 'act.decline', fields: [reason] },
  'item.transfer': { command: 'item.transfer', word: 'act.transfer', fields: [...lead, reason] },
  'item.ask_change': {
    command: 'item.ask_change', word: 'act.ask_change',
    fields: [
      { name: 'kind', kind: 'choice', word: 'f.change_kind', required: true, group: 'change', options: ['due', 'standard', 'target', 'scope', 'other'] },
      { name: 'wish', kind: 'area', word: 'f.wish', required: true, max: 1000 },
      reason,
      { name: 'new_due', kind: 'day', word: 'f.new_due', required: true, when: (v) => v.kind === 'due' },
      { name: 'new_standard', kind: 'area', word: 'f.new_standard', required: true, max: 2000, when: (v) => v.kind === 'standard' },
      { name: 'new_quantity', kind: 'number', word: 'f.new_quantity', required: true, when: (v) => v.kind === 'target' },
      { name: 'new_quantity_unit', kind: 'text', word: 'f.new_quantity_unit', max: 20, when: (v) => v.kind === 'target' },
      { name: 'new_content', kind: 'area', word: 'f.new_content', required: true, max: 4000, when: (v) => v.kind === 'scope' },
    ],
    start: () => ({ kind: 'due' }),
  },
  'item.decide_change': {
    command: 'item.decide_change', word: 'act.decide_change', versioned: false,
    fields: [
      { name: 'approve', kind: 'choice', word: 'f.decision', required: true, group: 'decide', options: ['yes', 'no'] },
      { name: 'opinion', kind: 'area', word: 'f.opinion', required: true, max: 1000 },
    ],
  },
  'item.finish': {
    command: 'item.finish', word: 'act.finish', width: '720px',
    fields: [
      { name: 'answers', kind: 'answers', word: 'f.answers', required: true },
      { name: 'narrative', kind: 'area', word: 'f.finish_narrative', required: true, max: 4000 },
      { name: 'evidence', kind: 'evidence', word: 'f.evidence' },
    ],
    start: (a) => ({
      answers: (a?.parts ?? []).filter((p) => p.kind !== 'measure').map((p) => ({ part: p.id, body: p.body, kind: p.kind, answer: p.answer ?? '' })),
      evidence: [],
    }),
  },
  'item.pass': {
    command: 'item.pass', word: 'act.pass',
    fields: [{ name: 'findings', kind: 'area', word: 'f.findings', required: true, max: 2000 }],
  },
  'item.return': {
    command: 'item.return', word: 'act.return',
    fields: [
      { name: 'reasons', kind: 'area', word: 'f.reasons', required: true, max: 2000 },
      { name: 'rework_due', kind: 'day', word: 'f.rework_due', required: true },
    ],
  },
  'item.suspend': {
    command: 'item.suspend', word: 'act.suspend',
    fields: [reason, { name: 'review_day', kind: 'day', word: 'f.review_day', required: true }],
  },
  'item.resume': { command: 'item.resume', word: 'act.resume', fields: [] },
  'item.cancel': { command: 'item.cancel', word: 'act.cancel', fields: [reason] },
  'item.merge': {
    command: 'item.merge', word: 'act.merge',
    fields: [{ name: 'heir', kind: 'item', word: 'f.heir', required: true }, reason],
  },
  'item.withdraw_change': { command: 'item.withdraw_change', word: 'act.withdraw_change', versioned: false, fields: [reason] },
  'item.split': {
    command: 'item.split', word: 'act.split', width: '640px',
    fields: [{ name: 'parts', kind: 'split', word: 'f.split_parts', required: true, help: 'f.due_most' }, reason],
    start: (a) => ({ parts: [1, 2].map(() => ({ title: '', standard: '', lead: null, due: a?.item.due_day ?? null })) }),
  },
  'item.reopen': { command: 'item.reopen', word: 'act.reopen', fields: [reason] },
  'item.object': {
    command: 'item.object', word: 'act.object', versioned: false,
    fields: [{ name: 'grounds', kind: 'area', word: 'f.grounds', required: true, max: 2000 }],
  },
  'item.decide_objection': {
    command: 'item.decide_objection', word: 'act.decide_objection', versioned: false,
    fields: [
      { name: 'uphold', kind: 'choice', word: 'f.uphold', required: true, group: 'uphold', options: ['yes', 'no'] },
      { name: 'decision', kind: 'area', word: 'f.opinion', required: true, max: 1000 },
    ],
  },
  'item.archive': { command: 'item.archive', word: 'act.archive', fields: [] },
  'item.waive': {
    command: 'item.waive', word: 'act.waive', versioned: false,
    fields: [{ name: 'child', kind: 'item', word: 'f.child', required: true }, reason],
  },
  'item.urge': {
    command: 'item.urge', word: 'act.urge', versioned: false,
    fields: [{ name: 'body', kind: 'area', word: 'f.urge', required: true, max: 1000 }],
  },
  'evidence.add': {
    command: 'evidence.add', word: 'act.evidence', versioned: false,
    fields: [{ name: 'evidence', kind: 'evidence', word: 'f.evidence', required: true }],
  },
}

/** Fields that must be given and are not. */
export function missing(form: Form, values: Values): FormField[] {
  return form.fields.filter((f) => {
    if (!f.required || (f.when && !f.when(values))) return false
    const v = values[f.name]
    if (f.kind === 'answers') return (v as { answer: string }[] | undefined)?.some((a) => a.answer.trim() === '') ?? false
    if (Array.isArray(v)) return v.length === 0
    return v === undefined || v === null || (typeof v === 'string' && v.trim() === '')
  })
}

/** What is sent: empty members left out, yes and no as truth values, decoration removed. */
export function bodyOf(form: Form, values: Values): Values {
  const out: Values = {}
  for (const f of form.fields) {
    if (f.when && !f.when(values)) continue
    let v = values[f.name]
    if (f.group === 'decide' || f.group === 'uphold') v = v === 'yes'
    if (f.kind === 'answers') v = (v as { part: string; answer: string }[]).map(({ part, answer }) => ({ part, answer: answer.trim() }))
    if (f.kind === 'evidence') v = (v as { id: string }[] | undefined)?.map((e) => e.id)
    if (f.kind === 'parts' || f.kind === 'assists' || f.kind === 'shares') v = (v as Values[] | undefined)?.map(compact)
    if (typeof v === 'string') v = v.trim()
    if (v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0 && !form.changes)) continue
    out[f.name] = v
  }
  return out
}

// What the approval was given for may not move any more; who answers and by when may.
const ASSIGNMENT = ['lead', 'person', 'deputy', 'leader', 'assists', 'start', 'due', 'due_kind', 'cycle']

/** The fields of a form as far as they may still be changed in the item's state. */
export function fieldsFor(form: Form, state: string | undefined): FormField[] {
  return form.command === 'item.edit' && state === 'approved' ? form.fields.filter((f) => ASSIGNMENT.includes(f.name)) : form.fields
}

/** An edit sends what differs from before; what was emptied is sent as null. */
export function changesOf(form: Form, before: Values, now: Values): Values {
  const full = bodyOf(form, now)
  const out: Values = {}
  for (const f of form.fields) {
    if (JSON.stringify(before[f.name] ?? null) !== JSON.stringify(now[f.name] ?? null)) out[f.name] = full[f.name] ?? null
  }
  return out
}

function compact(o: Values): Values {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== null && v !== undefined && v !== ''))
}
