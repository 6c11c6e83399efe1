import type { Id, ItemRow } from '../types'

export type SearchKind = 'item' | 'unit' | 'person' | 'document'
/** A stretch of a text, from and to as JavaScript counts. */
export type Range = [number, number]
export interface SearchHit {
  kind: SearchKind; id: Id; code: string; title: string; title_ranges: Range[]
  place: 'code' | 'start' | 'title' | 'alias' | 'pinyin' | 'content' | 'part' | 'report' | 'note'
  field: string; text?: string; text_ranges?: Range[]
  item?: ItemRow; note?: string
}
export interface SearchAnswer {
  ready: boolean; left_out: string[]
  counts: { kind: SearchKind; n: number; more: boolean }[]
  hits: SearchHit[]
}
