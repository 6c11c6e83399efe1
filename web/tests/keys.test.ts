import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { is, KEYS, sign, type KeyName } from '../src/keys'

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more })
const src = new URL('../src', import.meta.url).pathname
const files = (dir: string): string[] => readdirSync(dir).flatMap((n) => {
  const p = join(dir, n)
  return statSync(p).isDirectory() ? files(p) : /\.(ts|vue)$/.test(n) && !['schema.d.ts', 'keys.ts'].includes(n) ? [p] : []
})

describe('the table of keys', () => {
  it('a key is pressed with what it names, and with nothing else', () => {
    expect(is(press('k', { ctrlKey: true }), 'palette')).toBe(true)
    expect(is(press('K', { metaKey: true }), 'palette')).toBe(true)
    expect(is(press('k'), 'palette')).toBe(false)
    expect(is(press('k', { ctrlKey: true, altKey: true }), 'palette')).toBe(false)
    expect(is(press('?', { shiftKey: true }), 'help')).toBe(true)
    expect(is(press('e', { ctrlKey: true }), 'edit')).toBe(false)
    expect(is(press(' '), 'peek')).toBe(true)
    expect(is(press('Tab', { shiftKey: true }), 'next')).toBe(true)
  })
  it('undo and redo are told apart by Shift', () => {
    expect(is(press('Z', { ctrlKey: true, shiftKey: true }), 'undo')).toBe(false)
    expect(is(press('Z', { ctrlKey: true, shiftKey: true }), 'redo')).toBe(true)
    expect(is(press('z', { ctrlKey: true }), 'undo')).toBe(true)
  })
  it('no key means two things at once', () => {
    const all = Object.values(KEYS).flatMap((k) => k.keys as readonly string[])
    expect(new Set(all).size).toBe(all.length)
  })
  it('what the sheet promises is listened for', () => {
    const text = files(src).map((p) => readFileSync(p, 'utf8')).join('\n')
    for (const name of Object.keys(KEYS) as KeyName[]) {
      expect(new RegExp(`is\\(e, '${name}'\\)|\\['${name}', -?\\d, -?\\d\\]`).test(text), name).toBe(true)
    }
  })
  it('signs are short', () => expect(sign('Escape')).toBe('Esc'))
})
