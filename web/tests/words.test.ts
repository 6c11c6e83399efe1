import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en, zh } from '@/i18n/all'

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((n) => {
    const p = join(dir, n)
    return statSync(p).isDirectory() ? files(p) : /\.(vue|ts)$/.test(n) ? [p] : []
  })
}
const src = new URL('../src', import.meta.url).pathname

describe('the words', () => {
  it('have the same places to fill in both languages', () => {
    const holes = (s: string) => (s.match(/\{\w+\}/g) ?? []).sort().join()
    for (const k of Object.keys(zh) as (keyof typeof zh)[]) expect(`${k} ${holes(en[k])}`).toBe(`${k} ${holes(zh[k])}`)
  })
  it('do not shout', () => {
    for (const s of [...Object.values(zh), ...Object.values(en)]) expect(s).not.toMatch(/[!！]|亲/)
  })
  it('are the only place with Chinese text in the templates', () => {
    for (const f of files(src).filter((p) => p.endsWith('.vue'))) {
      const template = /<template>[\s\S]*<\/template>/.exec(readFileSync(f, 'utf8'))?.[0] ?? ''
      // 中文 names the other language in its own words; quotation and list marks are punctuation.
      expect(`${f}: ${template.replace(/中文/g, '').match(/[一-鿿]+/)?.[0] ?? ''}`).toBe(`${f}: `)
    }
  })
})
