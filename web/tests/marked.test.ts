import { describe, expect, it } from 'vitest'
import { pieces } from '@/base/marked'

describe('marked stretches', () => {
  it('cuts a text where it matches', () => {
    expect(pieces('老旧小区加装电梯', [[4, 6]])).toEqual([
      { text: '老旧小区', hit: false }, { text: '加装', hit: true }, { text: '电梯', hit: false },
    ])
  })
  it('joins what overlaps and leaves out what is outside', () => {
    expect(pieces('abcdef', [[3, 5], [1, 4], [9, 12]])).toEqual([
      { text: 'a', hit: false }, { text: 'bcd', hit: true }, { text: 'e', hit: true }, { text: 'f', hit: false },
    ])
    expect(pieces('', [[0, 1]])).toEqual([])
  })
})
