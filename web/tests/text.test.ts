import { pinyin } from 'pinyin-pro'
import { describe, expect, it } from 'vitest'
import { compare, told } from '@/base/contract'
import { around, bytesText, fold, matches } from '@/base/text'
import { monthsOf } from '@/base/year'
import { places, route } from '@/base/loop-layout'

describe('text', () => {
  it('is found by name, alias and pinyin initials', () => {
    const first = fold(pinyin('区住房和城市建设委员会', { pattern: 'first', toneType: 'none', type: 'array' }).join(''))
    expect(first).toBe('qzfhcsjswyh')
    expect(matches('qzf', ['区住房和城市建设委员会'], first)).toBe(true)
    expect(matches('住建委', ['区住房和城市建设委员会', '区住建委'], first)).toBe(true)
    expect(matches('cz', ['区住房和城市建设委员会'], first)).toBe(false)
    expect(matches('ＺＪＷ', ['zjw'])).toBe(true)
  })
  it('is cut around a passage', () => {
    expect(around('一、建设（牵头单位：甲）', '建设')).toEqual(['一、', '建设', '（牵头单位：甲）'])
    expect(around('a', 'b')).toBeNull()
    expect(around('a', '')).toBeNull()
  })
  it('sizes', () => {
    expect([bytesText(5), bytesText(2048), bytesText(3 * 1024 * 1024)]).toEqual(['5 B', '2.0 KB', '3.0 MB'])
  })
})
describe('contracts', () => {
  it('show what differs and hide keys', () => {
    const a = { item: { id: '1', standard: '甲', title: 'a', state: 'issued' }, parts: [{ body: 'x' }] }
    const c = compare([a, JSON.stringify({ item: { id: '2', standard: '乙', title: 'a', state: 'closed' }, parts: [{ body: 'x' }] })])
    expect(c.map((x) => [x.name, x.differs])).toEqual([['title', false], ['standard', true], ['parts', false]])
    expect(told([{ body: 'x' }, { unit_name: 'y' }])).toBe('x\ny')
  })
})
describe('the year', () => {
  it('begins its weeks on Monday and keeps every day once', () => {
    const days = monthsOf(2023).flatMap((m) => m.weeks.flat()).filter(Boolean)
    expect(days.length).toBe(365)
    expect(new Set(days).size).toBe(365)
    expect(monthsOf(2023)[0]?.weeks[0]).toEqual([null, null, null, null, null, null, '2023-01-01'])
    expect(monthsOf(2024).flatMap((m) => m.weeks.flat()).filter(Boolean).length).toBe(366)
  })
})
describe('the drawing of the loop', () => {
  it('has a place for every state, apart from each other', () => {
    const p = places()
    expect(p.length).toBe(9)
    for (const a of p) for (const b of p) if (a !== b) expect(Math.abs(a.x - b.x) >= a.w || Math.abs(a.y - b.y) >= a.h).toBe(true)
  })
  it('draws every road without missing numbers', () => {
    const p = places()
    for (const a of p) for (const b of p) if (a !== b) {
      const e = route(a, b, 'x')
      expect(e.path).toMatch(/^M[\d.]+ [\d.-]+[HVC]/)
      expect(e.path).not.toContain('NaN')
    }
  })
})
