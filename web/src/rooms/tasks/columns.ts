/* The columns of the task grid: what each shows, copies, edits. Which cells may be edited is the server's. */
import type { Light } from '@/api/types'
import type { Lock, TaskRow } from '@/api/types/grid'
import { day, instant, leftText, shortDay, t, tc, type Word } from '@/i18n'
import { h, svg } from '@/ui/grid/dom'
import type { Shown } from '@/ui/grid/tree'
import type { GridColumn, Kind } from '@/ui/grid/types'

export type Line = Shown<TaskRow>
export interface Choices { lines: string[]; units: string[]; people: string[] }
interface Def {
  name: string; word: Word; width: number; sort?: string; right?: boolean; fixed?: boolean; frozen?: boolean; hidden?: boolean
  edit?: string; kind?: Kind; codes?: { group: string; values: string[] }; from?: keyof Choices
  value: (r: TaskRow) => string | number | null
  text?: (r: TaskRow) => string
  node?: (r: TaskRow, line: Line) => Node
  owed?: (r: TaskRow) => string | null
}

const LIGHTS: Record<Light, string> = {
  green: 'M2 2h12v12H2z', blue: 'M8 1l7 7-7 7-7-7z', yellow: 'M8 1.5l7.2 13H.8z', orange: 'M8 1l7 5.2-2.7 8.3H3.7L1 6.2z',
  red: 'M8 1a7 7 0 1 0 .01 0z', grey: 'M8 2.2a5.8 5.8 0 1 0 .01 0z', none: 'M3 8h10',
}
function reason(r: TaskRow): string {
  const name = tc('light', r.light)
  if (r.light === 'grey') return `${name} · ${t('light.closed', { at: instant(r.closed_at) })}`
  if (r.days_left === null || !r.due_day) return `${name} · ${t('light.nodue')}`
  const back = r.light === 'green' || r.light === 'none' ? '' : t('light.back')
  return `${name} · ${t('light.due', { day: shortDay(r.due_day), left: leftText(r.days_left, false) })}${back}`
}
function light(r: TaskRow): Node {
  const why = reason(r)
  return h('span', { class: `light is-${r.light}`, title: why }, svg(LIGHTS[r.light], r.light === 'grey' || r.light === 'none' ? 'ring' : ''),
    h('span', { class: 'letter', 'aria-hidden': 'true' }, r.light === 'none' ? '–' : tc('light.letter', r.light)), h('span', { class: 'sr' }, why))
}
function title(r: TaskRow, line: Line): Node {
  const twist = line.open === null || line.open === undefined ? null
    : h('button', { type: 'button', class: 'grid-twist', 'aria-expanded': String(line.open), 'aria-label': t('tasks.children'), tabindex: '-1', 'data-fold': r.id }, line.open ? '▾' : '▸')
  return h('span', { class: `grid-title depth-${line.depth ?? 0}` }, twist,
    h('a', { href: `/item/${encodeURIComponent(r.code)}`, title: r.title, tabindex: '-1' }, r.title),
    r.basis === 'example' ? h('span', { class: 'tag example' }, t('tag.example')) : null)
}
function due(r: TaskRow): Node {
  if (!r.due_day) return r.due_kind === 'none' || r.due_kind === 'recurring' ? h('span', { class: 'muted' }, tc('due_kind', r.due_kind)) : h('span', { class: 'owed-cell' }, t('cell.no_due'))
  const first = r.first_due_day && r.first_due_day !== r.due_day ? h('span', { class: 'small muted num first', title: t('item.first_promise') }, t('cell.first', { d: shortDay(r.first_due_day) })) : null
  return h('span', {}, h('span', { class: 'num', title: day(r.due_day) }, shortDay(r.due_day)), first)
}
const num = (text: string, late = false): Node => h('span', { class: late ? 'num late-text' : 'num' }, text)
const early = (r: TaskRow): boolean => r.state === 'drafted' || r.state === 'approved'
const CYCLES = ['none', 'week', 'tenday', 'month', 'quarter', 'half']

export const DEFS: Def[] = [
  { name: 'light', word: 'col.light', width: 60, fixed: true, frozen: true, value: (r) => Object.keys(LIGHTS).indexOf(r.light), text: (r) => tc('light', r.light), node: light },
  { name: 'code', word: 'col.code', width: 112, sort: 'code', fixed: true, frozen: true, edit: 'code', value: (r) => r.code, node: (r) => num(r.code) },
  { name: 'title', word: 'col.title', width: 320, sort: 'title', fixed: true, frozen: true, edit: 'title', value: (r) => r.title, node: title },
  { name: 'state', word: 'col.state', width: 92, sort: 'state', value: (r) => r.state, text: (r) => tc('state', r.state), node: (r) => h('span', { class: `tag state s-${r.state}` }, tc('state', r.state)) },
  { name: 'lead', word: 'col.lead', width: 176, sort: 'lead', edit: 'lead', kind: 'ref', from: 'units', value: (r) => r.lead_unit_name, owed: () => t('cell.no_lead') },
  { name: 'person', word: 'col.person', width: 150, sort: 'person', edit: 'person', kind: 'ref', from: 'people', value: (r) => r.person_name, owed: (r) => (early(r) ? t('cell.no_person') : null) },
  { name: 'deputy', word: 'col.deputy', width: 150, hidden: true, edit: 'deputy', kind: 'ref', from: 'people', value: (r) => r.deputy_name, owed: (r) => (early(r) ? t('cell.no_person') : null) },
  { name: 'leader', word: 'col.leader', width: 120, hidden: true, sort: 'leader', edit: 'leader', kind: 'ref', from: 'people', value: (r) => r.leader_name },
  { name: 'due', word: 'col.due', width: 150, sort: 'due_day', edit: 'due', kind: 'day', value: (r) => r.due_day, node: due },
  { name: 'left', word: 'col.left', width: 116, right: true, value: (r) => r.days_left, text: (r) => leftText(r.days_left, false), node: (r) => num(leftText(r.days_left, false) || '—', (r.days_left ?? 0) < 0) },
  { name: 'clock', word: 'col.clock', width: 190, sort: 'clock_due_at', value: (r) => r.clock_due_at, text: (r) => (r.clock_kind ? `${tc('clock', r.clock_kind)} ${leftText(r.clock_left_days, true)}` : ''), node: clock },
  { name: 'progress', word: 'col.progress', width: 84, sort: 'progress', right: true, value: (r) => r.progress, text: (r) => (r.progress === null ? '' : `${r.progress} %`) },
  { name: 'last', word: 'col.last', width: 130, hidden: true, sort: 'last_report_at', value: (r) => r.last_report_at, text: (r) => (r.last_report_at ? shortDay(r.last_report_at) : '') },
  { name: 'line', word: 'col.line', width: 150, hidden: true, edit: 'line', kind: 'ref', from: 'lines', sort: 'line', value: (r) => r.line_name },
  { name: 'register', word: 'col.register', width: 120, hidden: true, sort: 'register', value: (r) => r.register_name },
  { name: 'start', word: 'col.start', width: 120, hidden: true, edit: 'start', kind: 'day', value: (r) => r.start_day },
  { name: 'cycle', word: 'col.cycle', width: 110, hidden: true, edit: 'cycle', kind: 'enum', codes: { group: 'cycle', values: CYCLES }, value: (r) => r.report_cycle, text: (r) => (r.report_cycle ? tc('cycle', r.report_cycle) : '') },
  { name: 'quantity', word: 'col.quantity', width: 100, hidden: true, right: true, edit: 'quantity', kind: 'dec', value: (r) => (r.quantity === null ? null : Number(r.quantity)), text: (r) => r.quantity ?? '' },
  { name: 'quantity_unit', word: 'col.quantity_unit', width: 90, hidden: true, edit: 'quantity_unit', value: (r) => r.quantity_unit },
  { name: 'weight', word: 'col.weight', width: 80, hidden: true, right: true, edit: 'weight', kind: 'int', value: (r) => r.weight, text: (r) => (r.weight ? String(r.weight) : '') },
  { name: 'place', word: 'col.place', width: 140, hidden: true, edit: 'place', value: (r) => r.place },
  { name: 'clause', word: 'col.clause', width: 140, hidden: true, edit: 'source_clause', value: (r) => r.source_clause },
  { name: 'returned', word: 'col.returned', width: 80, hidden: true, right: true, value: (r) => r.returned, text: (r) => (r.returned ? String(r.returned) : '') },
]
function clock(r: TaskRow): Node {
  if (!r.clock_kind) return h('span')
  return h('span', { class: (r.clock_left_days ?? 0) < 0 ? 'clock late-text' : 'clock', title: instant(r.clock_due_at) },
    h('span', { class: 'muted' }, tc('clock', r.clock_kind)), ' ', h('strong', { class: 'num' }, leftText(r.clock_left_days, true) || '—'))
}

export function columnsOf(locks: Record<string, Lock>, choices: Choices, wrong: ReadonlyMap<string, string>, picking: ReadonlySet<string> | null): GridColumn<Line>[] {
  const may = new Map(Object.entries(locks).map(([state, l]) => [state, { set: new Set(l.may), why: l.why }]))
  const list: GridColumn<Line>[] = DEFS.map((d) => {
    const text = (line: Line): string => (line.row ? (d.text ? d.text(line.row) : String(d.value(line.row) ?? '')) : '')
    const node = d.node
    const edit = d.edit
    return {
      name: d.name, title: t(d.word), width: d.width, kind: d.kind, right: d.right, frozen: d.frozen, fixed: d.fixed, hidden: d.hidden, sort: d.sort, text,
      node: node && ((line: Line) => (line.row ? node(line.row, line) : h('span'))),
      editable: edit !== undefined,
      locked: edit === undefined ? undefined : (line: Line) => {
        const lock = line.row ? may.get(line.row.state) : undefined
        return !lock || lock.set.has(edit) ? null : lock.why
      },
      choices: d.from ? choices[d.from].map((x) => ({ value: x, label: x })) : d.codes?.values.map((v) => ({ value: v, label: tc(d.codes?.group as never, v) })),
      owed: (line: Line) => (line.row && d.owed ? d.owed(line.row) : null),
      wrong: (line: Line) => wrong.get(`${line.id} ${d.name}`) ?? null,
    }
  })
  if (!picking) return list
  const pick: GridColumn<Line> = {
    name: 'pick', title: '✓', width: 40, fixed: true, frozen: true, text: () => '',
    node: (line) => {
      const box = h('input', { type: 'checkbox', 'data-pick': line.id, tabindex: '-1', 'aria-label': t('grid.pick', { code: line.row?.code ?? '' }) }) as HTMLInputElement
      box.checked = picking.has(line.id)
      return box
    },
  }
  return [pick, ...list]
}
/** The member of item.edit that a column writes. */
export const editOf = (column: string): string => DEFS.find((d) => d.name === column)?.edit ?? column
export const columnOf = (edit: string): string => DEFS.find((d) => d.edit === edit)?.name ?? edit
export function sortValue(sort: string): (r: TaskRow) => string | number | null {
  if (sort === 'state') return (r) => `${STATES.indexOf(r.state)} ${r.due_day ?? '9'}`
  return DEFS.find((d) => d.sort === sort)?.value ?? ((r) => r.due_day)
}
export const STATES = ['drafted', 'approved', 'issued', 'accepted', 'reported', 'suspended', 'closed', 'cancelled', 'archived']
