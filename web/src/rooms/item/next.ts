/* The one next step of an item: whose it is and what it is, by the state, the running clock and what is pending. */
import type { ItemAnswer, LoopStep } from '@/api/types'

// In each state the step that brings the item on; the others turn it aside.
const ONWARD: Record<string, string[]> = {
  drafted: ['item.approve', 'item.issue'], approved: ['item.issue'], issued: ['item.accept'], reported: ['item.pass'], suspended: ['item.resume'],
  closed: ['item.archive'], cancelled: ['item.archive'],
}

export interface Next { command: string; step: LoopStep | null; pending: boolean; who: 'lead' | 'leader' | 'supervisor'; due: string | null; left: number | null }

function who(step: LoopStep | null): Next['who'] {
  const roles = step?.roles ?? []
  return roles.includes('unit') ? 'lead' : roles.includes('supervisor') ? 'supervisor' : 'leader'
}

export function nextOf(a: ItemAnswer): Next | null {
  const stepOf = (command: string) => a.loop.steps.find((s) => s.command === command) ?? null
  const clock = { due: a.item.clock_due_at, left: a.item.clock_left_days }
  // Somebody waits for a decision: that comes before the next report.
  const asked = a.changes.find((c) => c.state === 'pending')
  if (asked) return { command: 'item.decide_change', step: stepOf('item.decide_change'), pending: true, who: 'leader', due: asked.clock_due_at, left: null }
  const disputed = a.objections.find((o) => o.state === 'pending')
  if (disputed) return { command: 'item.decide_objection', step: stepOf('item.decide_objection'), pending: true, who: 'leader', due: disputed.clock_due_at, left: null }
  const onward = a.item.state === 'accepted' ? [a.item.clock_kind === 'rework' ? 'item.finish' : 'item.report'] : (ONWARD[a.item.state] ?? [])
  const command = onward.find((c) => stepOf(c))
  if (!command) return null
  const step = stepOf(command)
  return { command, step, pending: false, who: who(step), ...clock }
}
