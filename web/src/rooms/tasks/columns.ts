/* The columns of the task grid: which exist, which are shown on this device. */
import { ref } from 'vue'
import { remember, setting } from '@/base/draft'
import type { Word } from '@/i18n'

export interface Column { name: string; word: Word; width: number; sort?: string; right?: boolean; fixed?: boolean }
export const COLUMNS: Column[] = [
  { name: 'light', word: 'col.light', width: 60, fixed: true },
  { name: 'code', word: 'col.code', width: 104, sort: 'code', fixed: true },
  { name: 'title', word: 'col.title', width: 320, sort: 'title', fixed: true },
  { name: 'state', word: 'col.state', width: 92, sort: 'state' },
  { name: 'lead', word: 'col.lead', width: 176, sort: 'lead_unit_id' },
  { name: 'person', word: 'col.person', width: 150 },
  { name: 'leader', word: 'col.leader', width: 120 },
  { name: 'due', word: 'col.due', width: 150, sort: 'due_day' },
  { name: 'left', word: 'col.left', width: 116, right: true },
  { name: 'clock', word: 'col.clock', width: 190, sort: 'clock_due_at' },
  { name: 'progress', word: 'col.progress', width: 84, sort: 'progress', right: true },
  { name: 'last', word: 'col.last', width: 130, sort: 'last_report_at' },
  { name: 'line', word: 'col.line', width: 150 },
  { name: 'returned', word: 'col.returned', width: 80, right: true },
]
const DEFAULT = 'light,code,title,state,lead,due,left,clock,progress'
export const shown = ref(new Set(setting('columns', DEFAULT).split(',')))
export function toggle(name: string): void {
  const s = new Set(shown.value)
  if (s.has(name)) s.delete(name)
  else s.add(name)
  shown.value = s
  remember('columns', [...s].join(','))
}
