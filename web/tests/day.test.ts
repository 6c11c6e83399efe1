import { describe, expect, it } from 'vitest'
import { addDays, dayShort, dayText, instantText, left, periodOf } from '@/base/day'

describe('days', () => {
  it('are told as offices write them', () => {
    expect(dayText('2023-03-31', 'zh', 2023)).toBe('3月31日（周五）')
    expect(dayText('2022-12-31', 'zh', 2023)).toBe('2022年12月31日（周六）')
    expect(dayText('2023-03-31', 'en', 2023)).toBe('Fri 31 Mar')
    expect(dayText(null, 'zh', 2023)).toBe('—')
    expect(dayShort('2024-02-29', 'zh', 2023)).toBe('2024年2月29日')
  })
  it('take the wall clock from the text, whatever the browser thinks', () => {
    expect(instantText('2023-03-31T14:05:00+08:00', 'zh', 2023)).toBe('3月31日（周五）14:05')
    expect(instantText('2023-03-31T23:59:59.5+08:00', 'en', 2023)).toBe('Fri 31 Mar, 23:59')
  })
  it('count on', () => {
    expect(addDays('2023-02-27', 2)).toBe('2023-03-01')
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2023-01-01', -1)).toBe('2022-12-31')
  })
  it('say how long is left', () => {
    expect(left(4)).toEqual({ key: 'left', n: 4 })
    expect(left(0)).toEqual({ key: 'due_today', n: 0 })
    expect(left(-3)).toEqual({ key: 'overdue', n: 3 })
    expect(left(null)).toBeNull()
  })
  it('fall into reporting periods', () => {
    expect(periodOf('2023-03-31', 'month')).toBe('2023-03')
    expect(periodOf('2023-03-31', 'quarter')).toBe('2023-Q1')
    expect(periodOf('2023-07-01', 'half')).toBe('2023-H2')
    expect(periodOf('2023-03-21', 'tenday')).toBe('2023-03-3')
    expect(periodOf('2021-01-03', 'week')).toBe('2020-W53')
    expect(periodOf('2023-01-02', 'week')).toBe('2023-W01')
    expect(periodOf('2023-03-31', null)).toBe('2023-03')
  })
})
