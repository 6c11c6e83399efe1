/* The forms of the plan's commands: goals and shares, places in the tree, recurrence, templates, waivers. */
import type { GoalRow, ItemPlan, TemplateNode, TemplateRow, TreeRow } from '@/api/types/plan'
import type { Form, FormField, Values } from '@/rooms/item/forms'

const reason: FormField = { name: 'reason', kind: 'area', word: 'f.reason', required: true, max: 400 }
const source: FormField = { name: 'source', kind: 'text', word: 'plan.source', required: true, max: 300, help: 'planf.source_help' }

const goal: FormField[] = [
  { name: 'name', kind: 'text', word: 'planf.goal_name', required: true, max: 200 },
  { name: 'horizon', kind: 'choice', word: 'planf.horizon', required: true, group: 'horizon', options: ['long_term', 'five_year', 'year', 'quarter'] },
  { name: 'kind', kind: 'choice', word: 'plan.kind', required: true, group: 'goal_kind', options: ['binding', 'expected'], help: 'planf.binding_help' },
  { name: 'first_day', kind: 'day', word: 'planf.from', required: true },
  { name: 'last_day', kind: 'day', word: 'planf.until', required: true },
  { name: 'comparator', kind: 'choice', word: 'planf.comparator', group: 'cmp', options: ['ge', 'le', 'eq'] },
  { name: 'target', kind: 'number', word: 'plan.target' },
  { name: 'target_unit', kind: 'text', word: 'f.quantity_unit', max: 20 },
  { name: 'parent', kind: 'goal', word: 'planf.parent_goal' },
  { name: 'unit', kind: 'unit', word: 'plan.owner' },
  { name: 'weight', kind: 'number', word: 'plan.weight' },
  { name: 'source', kind: 'text', word: 'plan.source', max: 300 },
]
const node: FormField[] = [
  { name: 'name', kind: 'text', word: 'planf.node_name', required: true, max: 160 },
  { name: 'ordinal', kind: 'number', word: 'planf.ordinal', required: true },
  { name: 'anchor', kind: 'choice', word: 'planf.anchor', required: true, group: 'anchor', options: ['start', 'due'] },
  { name: 'offset_days', kind: 'number', word: 'planf.offset' },
  { name: 'duration', kind: 'number', word: 'plan.duration', required: true },
  { name: 'duration_unit', kind: 'choice', word: 'planf.duration_unit', required: true, group: 'duration_unit', options: ['working_day', 'day'] },
  { name: 'duration_class', kind: 'choice', word: 'planf.duration_class', required: true, group: 'duration_class', options: ['statutory', 'quota', 'negotiated', 'excluded'], help: 'planf.class_help' },
  { name: 'after', kind: 'text', word: 'planf.after', max: 200, help: 'planf.after_help' },
  { name: 'standard', kind: 'area', word: 'f.standard', required: true, max: 1000 },
  { name: 'evidence', kind: 'text', word: 'planf.evidence', max: 400 },
  { name: 'weight', kind: 'number', word: 'plan.weight' },
  source,
]
const template: FormField[] = [
  { name: 'name', kind: 'text', word: 'planf.template_name', required: true, max: 120 },
  { name: 'name_en', kind: 'text', word: 'planf.name_en', max: 120 },
  { name: 'fits', kind: 'text', word: 'planf.fits', max: 120 },
  { name: 'register', kind: 'register', word: 'plan.register' },
  source,
  { name: 'basis', kind: 'choice', word: 'planf.basis', required: true, group: 'basis', options: ['local', 'report', 'public', 'example'] },
]
const code = (help: FormField['help']): FormField => ({ name: 'code', kind: 'text', word: 'planf.code', required: true, max: 20, help })

export const PLAN_FORMS = {
  'goal.add': { command: 'goal.add', word: 'planf.goal_add', versioned: false, fields: [code('planf.code_help'), ...goal] },
  'goal.edit': { command: 'goal.edit', word: 'planf.goal_edit', versioned: false, changes: true, fields: goal },
  'goal.remove': { command: 'goal.remove', word: 'planf.goal_remove', versioned: false, fields: [] },
  'goal.share': {
    command: 'goal.share', word: 'planf.goal_share', versioned: false,
    fields: [
      { name: 'item', kind: 'item', word: 'plan.item', required: true },
      { name: 'share', kind: 'number', word: 'planf.share', required: true, help: 'planf.share_help' },
      { name: 'note', kind: 'text', word: 'plan.note', max: 400 },
    ],
  },
  'item.set_goals': {
    command: 'item.set_goals', word: 'planf.set_goals', versioned: false, changes: true,
    fields: [{ name: 'goals', kind: 'shares', word: 'planf.goals', help: 'planf.shares_help' }],
  },
  'item.place': {
    command: 'item.place', word: 'planf.place', versioned: false, changes: true,
    fields: [
      { name: 'parent', kind: 'item', word: 'planf.parent', help: 'planf.parent_help' },
      { name: 'level', kind: 'choice', word: 'plan.level', group: 'level', options: ['idea', 'plan', 'measure', 'project', 'node', 'task'] },
      { name: 'weight', kind: 'number', word: 'plan.weight' },
      { name: 'reason', kind: 'area', word: 'f.reason', max: 400, help: 'planf.place_reason' },
    ],
  },
  'item.recur': {
    command: 'item.recur', word: 'planf.recur', versioned: false,
    fields: [
      { name: 'item', kind: 'item', word: 'plan.item', required: true, when: (v) => v.known === undefined },
      { name: 'every', kind: 'choice', word: 'planf.every', required: true, group: 'recur_every', options: ['month', 'quarter', 'half', 'year'] },
      { name: 'due_on', kind: 'choice', word: 'planf.due_on', required: true, group: 'recur_on', options: ['day', 'last_working_day'] },
      { name: 'due_nth', kind: 'number', word: 'planf.due_nth', help: 'planf.due_nth_help', when: (v) => v.due_on === 'day' },
      { name: 'first_day', kind: 'day', word: 'planf.from', required: true },
      { name: 'last_day', kind: 'day', word: 'planf.until' },
      { name: 'ahead', kind: 'number', word: 'planf.ahead', help: 'planf.ahead_help' },
      { name: 'stands', kind: 'choice', word: 'planf.stands', group: 'recur_stands', options: ['child', 'sibling'] },
    ],
    start: (_a, today) => ({ every: 'month', due_on: 'last_working_day', first_day: today, ahead: '1', stands: 'child' }),
  },
  'item.recur_skip': {
    command: 'item.recur_skip', word: 'planf.recur_skip', versioned: false,
    fields: [{ name: 'period', kind: 'text', word: 'planf.period', required: true, max: 16 }, reason],
  },
  'item.recur_stop': { command: 'item.recur_stop', word: 'planf.recur_stop', versioned: false, fields: [reason] },
  'template.declare': { command: 'template.declare', word: 'planf.template_add', versioned: false, fields: [code('planf.code_help'), ...template] },
  'template.edit': { command: 'template.declare', word: 'planf.template_edit', versioned: false, fields: template },
  'template.node': { command: 'template.node', word: 'planf.node_add', versioned: false, width: '720px', fields: [code('planf.node_code_help'), ...node] },
  'template.node_edit': { command: 'template.node', word: 'planf.node_edit', versioned: false, width: '720px', fields: node },
  'template.drop_node': { command: 'template.drop_node', word: 'planf.node_drop', versioned: false, fields: [] },
  'template.end': { command: 'template.end', word: 'planf.template_end', versioned: false, fields: [reason] },
  'item.waive': {
    command: 'item.waive', word: 'planf.waive', versioned: false,
    fields: [
      { name: 'item', kind: 'item', word: 'plan.above', required: true, when: (v) => v.known === undefined },
      { name: 'child', kind: 'item', word: 'f.child', required: true, when: (v) => v.known === undefined },
      reason,
    ],
  },
  'item.end_waiver': { command: 'item.end_waiver', word: 'planf.waiver_end', versioned: false, fields: [reason] },
} satisfies Record<string, Form>
export type PlanForm = keyof typeof PLAN_FORMS

const num = (n: number): string | null => (n ? String(n) : null)
export const ofGoal = (g: GoalRow): Values => ({
  name: g.name, horizon: g.horizon, kind: g.kind, first_day: g.first_day, last_day: g.last_day, comparator: g.comparator, target: g.target,
  target_unit: g.target_unit, parent: g.parent_id, unit: g.unit_id, weight: num(g.weight), source: g.source,
})
export const ofPlace = (r: TreeRow): Values => ({ parent: r.parent, level: r.level, weight: num(r.weight) })
export const ofRule = (r: Omit<NonNullable<ItemPlan['recurrence']>, 'occurrences'>): Values => ({
  known: true, every: r.every, due_on: r.due_on, due_nth: num(r.due_nth), first_day: r.first_day, last_day: r.last_day, ahead: String(r.ahead), stands: r.stands,
})
export const ofTemplate = (x: TemplateRow): Values => ({ name: x.name, name_en: x.name_en, fits: x.fits, register: x.register_id, source: x.source, basis: x.basis })
export const ofNode = (n: TemplateNode): Values => ({
  name: n.name, ordinal: String(n.ordinal), anchor: n.anchor, offset_days: num(n.offset_days), duration: String(n.duration), duration_unit: n.duration_unit,
  duration_class: n.duration_class, after: n.after, standard: n.standard, evidence: n.evidence, weight: num(n.weight), source: n.source,
})
