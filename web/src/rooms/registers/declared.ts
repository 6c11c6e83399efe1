/* Declared columns in the browser: names and choices in the reader's language, bodies of commands, CSV. */
import type { Column, ItemField, Plain } from '@/api/types/registers'
import { lang, t, type Word } from '@/i18n'

export const nameOf = (c: { name: string; name_en: string | null }): string =>
  lang.value === 'en' && c.name_en ? c.name_en : c.name
export const helpOf = (c: Column): string => (lang.value === 'en' && c.help_en ? c.help_en : c.help)
export const choiceOf = (c: { zh: string; en: string }): string => (lang.value === 'en' && c.en ? c.en : c.zh)
export const kindOf = (kind: string): string => t(`registers.kind_${kind}` as Word)
export const requiredOf = (at: string): string => t(`registers.required_${at}` as Word)

/** A value as every command takes it: text. */
export const plain = (v: Plain | undefined): string => (v === true ? 'true' : v === false ? 'false' : (v ?? ''))

/**
 * What a report or a finish asks of the register's fields: what it requires here, what should have been there
 * already, and what is told again in every period. The rest is filled in once, in its own tab.
 */
export function askedAt(fields: ItemField[], stage: 'report' | 'finish'): Column[] {
  const needed = stage === 'report' ? ['report'] : ['report', 'finish']
  const due = (f: ItemField) => needed.includes(f.column.required_at) || (f.column.required_at === 'draft' && plain(f.value) === '')
  return fields.filter((f) => due(f) || !['', 'once'].includes(f.column.frequency)).map((f) => f.column)
}
export const heldIn = (fields: ItemField[], asked: Column[]): Record<string, string> =>
  Object.fromEntries(fields.filter((f) => asked.includes(f.column)).map((f) => [f.column.code, plain(f.value)]))

/** Of a form's values those that differ from before. */
export const touched = (before: Record<string, string>, now: Record<string, string>): Record<string, string> =>
  Object.fromEntries(given(before, now).map((x) => [x.field, x.value]))
export const told = (fields: Record<string, string>): { field: string; value: string }[] =>
  Object.entries(fields).map(([field, value]) => ({ field, value }))

/** What differs from before, as the argument fields. */
export function given(before: Record<string, string>, now: Record<string, string>): { field: string; value: string }[] {
  return Object.keys(now)
    .filter((k) => (now[k] ?? '') !== (before[k] ?? ''))
    .map((field) => ({ field, value: now[field] ?? '' }))
}

/** One cell: quoted where needed; what a spreadsheet would run gets an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
export function csv(rows: string[][]): string {
  return `\uFEFF${rows.map((r) => r.map(cell).join(',')).join('\r\n')}\r\n`
}
