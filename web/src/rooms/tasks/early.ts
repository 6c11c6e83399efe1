/*
 * The question of the task list, asked while the code of the room is still on its way: whoever comes to the
 * list waits for one of the two, not for both. Kept small, it is part of the first load.
 */
import { ask } from '@/api/client'
import type { GridAnswer } from '@/api/types/grid'
import { fromAddress, type Filter } from '@/base/expression'
import { lang } from '@/i18n'

let begun: { key: string; answer: Promise<GridAnswer> } | null = null

/** What the server is asked for a filter; the order is the reader's own affair. */
export function questionOf(filter: Filter): Record<string, string> {
  const asked: Record<string, string> = { ...filter }
  delete asked.sort
  if (/^\d+$/.test(asked.view ?? '')) delete asked.view
  return asked
}
const keyOf = (question: Record<string, string>): string => JSON.stringify([lang.value, question])

export function begin(address: Record<string, unknown>): void {
  const filter = fromAddress(address)
  // A saved view has conditions of its own, which are not known yet.
  if (/^\d+$/.test(filter.view)) return
  const question = questionOf(filter)
  const answer = ask('items_grid', question as never)
  answer.catch(() => undefined) // told to whoever takes it
  begun = { key: keyOf(question), answer }
}

/** The answer that was begun for this question, or a new one. */
export function answered(question: Record<string, string>, signal?: AbortSignal): Promise<GridAnswer> {
  const early = begun
  begun = null
  return early?.key === keyOf(question) ? early.answer : ask('items_grid', question as never, signal)
}
