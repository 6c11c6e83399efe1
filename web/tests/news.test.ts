import { describe, expect, it } from 'vitest'
import { backOff, Sequence } from '@/base/news'

describe('the sequence', () => {
  it('is no news where it stands first', () => {
    const s = new Sequence()
    expect(s.reached(40)).toBe(false)
    expect(s.reached(40)).toBe(false)
    expect(s.reached(41)).toBe(true)
  })
  it('leaves out what this tab did itself, and nothing else', () => {
    const s = new Sequence()
    s.reached(40)
    s.mine(41)
    expect(s.reached(41)).toBe(false)
    s.mine(42)
    s.mine(44)
    expect(s.reached(44)).toBe(true)
    expect(s.reached(44)).toBe(false)
    s.mine(45)
    s.mine(46)
    expect(s.reached(46)).toBe(false)
  })
  it('knows its own when the answer came after the event', () => {
    const s = new Sequence()
    s.reached(1)
    s.mine(2)
    expect(s.reached(2)).toBe(false)
    expect(s.reached(3)).toBe(true)
  })
  it('takes a store that was put back as news', () => {
    const s = new Sequence()
    s.reached(40)
    expect(s.reached(30)).toBe(true)
    expect(s.reached(31)).toBe(true)
  })
})

describe('the wait before the next try', () => {
  it('doubles to a minute and is spread', () => {
    expect([1, 2, 3, 4].map((n) => backOff(n, 1))).toEqual([1000, 2000, 4000, 8000])
    expect(backOff(20, 1)).toBe(60_000)
    expect(backOff(1, 0)).toBe(500)
  })
})
