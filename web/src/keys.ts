/*
 * Every key that means something, in one table: what listens asks is(event, name), and the sheet behind ?
 * shows the same table, so neither can say what the other does not do.
 */
import type { Word } from '@/i18n'

export type Part = 'everywhere' | 'list' | 'cells' | 'form'
interface Row { part: Part; word: Word; keys: string[] }

export const KEYS = {
  palette: { part: 'everywhere', word: 'keys.palette', keys: ['Ctrl K'] },
  help: { part: 'everywhere', word: 'keys.title', keys: ['?'] },
  go: { part: 'everywhere', word: 'keys.go', keys: ['g'] },
  back: { part: 'everywhere', word: 'keys.back', keys: ['Escape'] },
  filter: { part: 'list', word: 'keys.filter', keys: ['/'] },
  down: { part: 'list', word: 'keys.down', keys: ['j', 'ArrowDown'] },
  up: { part: 'list', word: 'keys.up', keys: ['k', 'ArrowUp'] },
  open: { part: 'list', word: 'keys.open', keys: ['Enter'] },
  peek: { part: 'list', word: 'keys.peek', keys: ['Space'] },
  select: { part: 'list', word: 'keys.select', keys: ['x'] },
  left: { part: 'cells', word: 'keys.left', keys: ['ArrowLeft'] },
  right: { part: 'cells', word: 'keys.right', keys: ['ArrowRight'] },
  next: { part: 'cells', word: 'keys.next', keys: ['Tab', 'Shift Tab'] },
  page_down: { part: 'cells', word: 'keys.page_down', keys: ['PageDown'] },
  page_up: { part: 'cells', word: 'keys.page_up', keys: ['PageUp'] },
  edit: { part: 'cells', word: 'keys.edit', keys: ['e', 'F2'] },
  all: { part: 'cells', word: 'keys.all', keys: ['Ctrl A'] },
  fill: { part: 'cells', word: 'keys.fill', keys: ['Ctrl D'] },
  clear: { part: 'cells', word: 'keys.clear', keys: ['Delete', 'Backspace'] },
  undo: { part: 'cells', word: 'keys.undo', keys: ['Ctrl Z'] },
  redo: { part: 'cells', word: 'keys.redo', keys: ['Ctrl Y', 'Ctrl Shift Z'] },
  submit: { part: 'form', word: 'keys.submit', keys: ['Ctrl Enter'] },
} as const satisfies Record<string, Row>
export type KeyName = keyof typeof KEYS

/** What the browser gives the cells by itself or the grid by its shape: shown, not listened for here. */
export const SHAPES: [part: Part, shown: string, word: Word][] = [
  ['cells', 'Shift ↑ ↓ ← →', 'keys.range'],
  ['cells', 'Ctrl C / X / V', 'keys.clip'],
]

const NAMES: Record<string, string> = { Space: ' ' }
interface Pressed { key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }

/** Shift counts only where the key says so, or with a named key: ? needs it on some keyboards and not on others. */
function matches(e: Pressed, spec: string): boolean {
  const parts = spec.split(' ')
  const key = parts.pop() ?? ''
  const wanted = NAMES[key] ?? key
  if (e.altKey || parts.includes('Ctrl') !== (e.ctrlKey || e.metaKey)) return false
  if (parts.includes('Ctrl') && parts.includes('Shift') !== e.shiftKey) return false
  return e.key === wanted || (parts.includes('Ctrl') && e.key.toLowerCase() === wanted.toLowerCase())
}
export const is = (e: Pressed, name: KeyName): boolean => KEYS[name].keys.some((k) => matches(e, k))

/** In a field letters are letters; a box that only catches keys (data-keys) is none. */
export function inField(e: Event): boolean {
  const el = e.target as HTMLElement
  if (el.dataset.keys !== undefined) return false
  return /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || el.isContentEditable
}
const SIGNS: Record<string, string> = { Escape: 'Esc', ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', PageDown: 'PgDn', PageUp: 'PgUp' }
export const sign = (spec: string): string => spec.split(' ').map((p) => SIGNS[p] ?? p).join(' ')
