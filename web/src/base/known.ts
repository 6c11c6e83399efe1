/* Short lists that many screens need and that change rarely: asked once for a session and language. */
import { ask } from '@/api/client'
import type { LoopTable, NamedRow, Person, Unit } from '@/api/types'
import { lang } from '@/i18n'
import { session } from '@/session'
import { fold } from './text'

const cache = new Map<string, Promise<unknown>>()

function once<T>(name: string, load: () => Promise<T>): Promise<T> {
  const key = `${session.value?.account.id ?? ''}:${lang.value}:${name}`
  let p = cache.get(key) as Promise<T> | undefined
  if (!p) {
    p = load()
    cache.set(key, p)
    p.catch(() => cache.delete(key))
  }
  return p
}
export function forgetKnown(): void {
  cache.clear()
}

export const units = (): Promise<Unit[]> => once('units', async () => (await ask('units', {})).rows)
export const lines = (): Promise<NamedRow[]> => once('lines', async () => (await ask('lines', {})).rows)
export const registers = (): Promise<NamedRow[]> =>
  once('registers', async () => (await ask('registers', {})).rows.map(({ id, code, name }) => ({ id, code, name })))
export const views = () => once('views', async () => (await ask('views', {})).rows)
export const loopTable = (): Promise<LoopTable> => once('loop', () => ask('loop', {}))
export const people = (unit: string): Promise<Person[]> =>
  once(`people:${unit}`, async () => (await ask('people', unit ? { unit } : {})).rows)

/** Pinyin initials of names; the table is large, so it arrives only where somebody searches. */
let table: Promise<(name: string) => string> | null = null
export function initials(): Promise<(name: string) => string> {
  table ??= import('pinyin-pro').then(({ pinyin }) => {
    const done = new Map<string, string>()
    return (name: string) => {
      let s = done.get(name)
      if (s === undefined) {
        s = fold(pinyin(name, { pattern: 'first', toneType: 'none', type: 'array' }).join(''))
        done.set(name, s)
      }
      return s
    }
  })
  return table
}
