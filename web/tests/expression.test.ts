import { describe, expect, it } from 'vitest'
import { both, charOffset, EMPTY, fromAddress, isFiltered, quote, toAddress } from '@/base/expression'

describe('the filter of a list', () => {
  it('survives the address', () => {
    const f = { ...EMPTY, state: 'issued', q: '街区 更新', sort: '-due_day' }
    expect(fromAddress(toAddress(f))).toEqual(f)
    expect(toAddress(EMPTY)).toEqual({})
    expect(fromAddress({ state: ['a', 'b'], other: 'x' }).state).toBe('a')
  })
  it('knows when it filters', () => {
    expect(isFiltered(EMPTY)).toBe(false)
    expect(isFiltered({ ...EMPTY, sort: 'code' })).toBe(false)
    expect(isFiltered({ ...EMPTY, line: '1' })).toBe(true)
  })
  it('joins conditions without changing what they mean', () => {
    expect(both('a = 1', '')).toBe('a = 1')
    expect(both('a = 1 or b = 2', 'c = 3')).toBe('(a = 1 or b = 2) and c = 3')
    expect(both('甲 或 乙', 'c')).toBe('(甲 或 乙) and c')
    expect(quote('a"b\\')).toBe('"a\\"b\\\\"')
  })
  it('finds the character of a byte offset', () => {
    const text = '状态 = 坏 and x'
    const bytes = new TextEncoder().encode('状态 = ').length
    expect(charOffset(text, bytes)).toBe(5)
    expect(charOffset('😀a', 4)).toBe(2)
    expect(charOffset('ab', 99)).toBe(2)
  })
})
