/* The steps one may go back: numbers of one's own change sets, kept while the tab lives. */
import { session } from '@/session'

interface Steps { done: string[]; undone: string[] }
const MAX = 50
const place = (): string => `undo:${session.value?.account.id ?? ''}`

function read(): Steps {
  try {
    return JSON.parse(sessionStorage.getItem(place()) ?? '') as Steps
  } catch {
    return { done: [], undone: [] }
  }
}
function write(s: Steps): void {
  try {
    sessionStorage.setItem(place(), JSON.stringify({ done: s.done.slice(-MAX), undone: s.undone.slice(-MAX) }))
  } catch {
    // Without a store the steps end with this page.
  }
}
export const canUndo = (): string | null => read().done.at(-1) ?? null
export const canRedo = (): string | null => read().undone.at(-1) ?? null
export function did(seq: string): void {
  write({ done: [...read().done, seq], undone: [] })
}
/** A step was taken back; its own number is what doing it again needs. */
export function undid(seq: string | null): void {
  const s = read()
  write({ done: s.done.slice(0, -1), undone: seq ? [...s.undone, seq] : s.undone })
}
export function redid(seq: string | null): void {
  const s = read()
  write({ done: seq ? [...s.done, seq] : s.done, undone: s.undone.slice(0, -1) })
}
