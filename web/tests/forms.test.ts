import { describe, expect, it } from 'vitest'
import { bodyOf, changesOf, fieldsFor, FORMS, missing, type Form } from '@/rooms/item/forms'

const form = (c: string) => FORMS[c] as Form

describe('forms of commands', () => {
  it('name what is missing', () => {
    expect(missing(form('item.accept'), { commitment: '  ' }).map((f) => f.name)).toEqual(['commitment'])
    expect(missing(form('item.accept'), { commitment: '按期完成' })).toEqual([])
  })
  it('ask for a date only when the date is to change', () => {
    const base = { kind: 'standard', wish: 'a', reason: 'b', new_standard: 'c' }
    expect(missing(form('item.ask_change'), base)).toEqual([])
    expect(missing(form('item.ask_change'), { ...base, kind: 'due' }).map((f) => f.name)).toEqual(['new_due'])
    expect(bodyOf(form('item.ask_change'), { ...base, new_due: '2023-05-01' })).not.toHaveProperty('new_due')
  })
  it('send decisions as truth values', () => {
    expect(bodyOf(form('item.decide_change'), { approve: 'no', opinion: ' 不同意 ' })).toEqual({ approve: false, opinion: '不同意' })
  })
  it('send answers without the words of the part', () => {
    const v = { narrative: 'x', answers: [{ part: '7', body: '标准', kind: 'standard', answer: ' 完成 ' }], evidence: [{ id: '9', name: 'a', bytes: 1 }] }
    expect(bodyOf(form('item.finish'), v)).toEqual({ narrative: 'x', answers: [{ part: '7', answer: '完成' }], evidence: ['9'] })
    expect(missing(form('item.finish'), { ...v, answers: [{ ...v.answers[0], answer: '' }] }).map((f) => f.name)).toEqual(['answers'])
  })
  it('edit only what differs, and after approval only who answers and by when', () => {
    const edit = form('item.edit')
    expect(changesOf(edit, { title: 'a', place: 'b', parts: [] }, { title: 'a', place: '', due: '2023-05-01', parts: [] })).toEqual({ place: null, due: '2023-05-01' })
    const left = fieldsFor(edit, 'approved').map((f) => f.name)
    expect(left).toContain('person')
    expect(left).not.toContain('title')
    expect(fieldsFor(edit, 'drafted')).toBe(edit.fields)
  })
})
