import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inOrder, isDue, isOver, isSecret, ORPHAN_MS, sameAs, undecided, type Entry } from '@/base/queue'

const entry = (more: Partial<Entry>): Entry => ({
  key: 'k', account: '1', acting: '', command: 'item.report', body: '{}', draft: '', drafted: '', path: '/', title: '',
  at: 0, tries: 0, state: 'waiting', due: 0, told: 0, why: '', tab: 'here', ...more,
})

describe('what an answer means', () => {
  it('only the word of the server decides', () => {
    for (const [status, code] of [[0, 'offline'], [0, 'timeout'], [500, 'internal'], [502, 'http_502'], [503, 'busy'], [429, 'too_many'], [401, 'unauthenticated']] as const) {
      expect(undecided(status, code)).toBe(true)
    }
    for (const status of [400, 403, 404, 409, 413, 422]) expect(undecided(status, 'refused')).toBe(false)
  })
})

describe('the order and the time', () => {
  it('goes as it was given', () => {
    expect(inOrder([entry({ key: 'b', at: 2 }), entry({ key: 'c', at: 2 }), entry({ key: 'a', at: 1 })]).map((e) => e.key)).toEqual(['a', 'b', 'c'])
  })
  it('waits its turn; what a tab that is gone was sending is taken over', () => {
    expect(isDue(entry({ due: 5 }), 4, 'here')).toBe(false)
    expect(isDue(entry({ due: 5 }), 5, 'here')).toBe(true)
    expect(isDue(entry({ state: 'sending', tab: 'there', due: 5 }), 6 + ORPHAN_MS, 'here')).toBe(true)
    expect(isDue(entry({ state: 'sending', tab: 'there', due: 5 }), ORPHAN_MS, 'here')).toBe(false)
    expect(isDue(entry({ state: 'sending', tab: 'here', due: 5 }), 6 + ORPHAN_MS, 'here')).toBe(false)
  })
})

describe('the same words are the same command', () => {
  const list = [entry({ key: 'w' }), entry({ key: 'd', body: '{"a":1}', state: 'done' }), entry({ key: 't', body: '{"b":1}', state: 'withdrawn', told: 1000 })]
  it('while nobody knows what became of them', () => {
    expect(sameAs(list, 2000, '1', '', 'item.report', '{}')?.key).toBe('w')
    expect(sameAs(list, 2000, '1', '', 'item.report', '{"b":1}')?.key).toBe('t')
  })
  it('and not of somebody else, after an answer, or much later', () => {
    expect(sameAs(list, 2000, '2', '', 'item.report', '{}')).toBeNull()
    expect(sameAs(list, 2000, '1', '7', 'item.report', '{}')).toBeNull()
    expect(sameAs(list, 2000, '1', '', 'item.report', '{"a":1}')).toBeNull()
    expect(sameAs(list, 1000 + 3_600_001, '1', '', 'item.report', '{"b":1}')).toBeNull()
  })
  it('what waits is never forgotten', () => {
    expect(isOver(entry({ state: 'waiting' }), 1e13)).toBe(false)
    expect(isOver(entry({ state: 'done', told: 0 }), 1e13)).toBe(true)
  })
})

const src = new URL('../src', import.meta.url).pathname
const files = (dir: string): string[] => readdirSync(dir).flatMap((n) => {
  const p = join(dir, n)
  return statSync(p).isDirectory() ? files(p) : /\.(ts|vue)$/.test(n) && n !== 'schema.d.ts' ? [p] : []
})

describe('one way', () => {
  it('commands go through the outbox, drafts through the one form', () => {
    for (const p of files(src)) {
      const name = p.slice(src.length + 1)
      const text = readFileSync(p, 'utf8')
      if (name !== 'api/client.ts') expect(text, `${name} sends by itself`).not.toMatch(/fetch\([^)]*\/do\//)
      if (!['api/client.ts', 'api/outbox.ts'].includes(name)) expect(text, `${name} posts by itself`).not.toMatch(/import \{[^}]*\bpost\b[^}]*\} from '(@\/api|\.)\/client'/)
      if (!['api/client.ts', 'api/outbox.ts'].includes(name)) expect(text, `${name} makes keys`).not.toMatch(/Idempotency-Key|newKey/)
    }
  })
  it('words that are secret are never written down', () => {
    const schema = readFileSync(join(src, 'api/schema.d.ts'), 'utf8')
    const found = [...schema.matchAll(/^ {4}"([\w.]+)": \{[\s\S]*?^ {4}\};/gm)]
      .filter((m) => /requestBody/.test(m[0]) && /^\s+(\w*_)?password\??: string/m.test(m[0].slice(m[0].indexOf('requestBody')))).map((m) => m[1] ?? '')
    expect(found.length).toBeGreaterThan(0)
    for (const command of found) expect(isSecret(command), command).toBe(true)
  })
})
