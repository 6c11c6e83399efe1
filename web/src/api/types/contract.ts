/* What the item's page says beyond its records: its story, what it was compared with, who talks about it. */
import type { Id, Instant, ItemRow } from '../types'

export interface StoryAct {
  seq: string; at: Instant; command: string; name: string; by: string | null; why: string | null
  from: string | null; to: string | null
  moves: { field: string; name: string; from: string | null; to: string | null }[]
}
export interface NoteRow {
  id: Id; kind: string; body: string; account_id: Id; account_name?: string | null; sent_at: Instant
  reply_to_id: Id | null; struck_at: Instant | null; struck_by_name?: string | null; struck_why: string | null
}
export interface SplitFrom {
  id: Id; code: string; title: string
  reports: { id: Id; period_code: string; narrative: string; told_at: Instant }[]
  evidence: { id: Id; file_hash: string; file_name: string }[]
}
export interface ContractMore {
  story: StoryAct[]; story_more: boolean; watched: boolean; watchers: number
  merged: ItemRow[]; split_from: SplitFrom | null
}
export type How = 'same' | 'changed' | 'added' | 'removed'
export interface BaselinesAnswer {
  item: Id; extensions: number; from: string; to: string
  stands: { key: string; at: Instant | null; by: string | null; acting_for: string | null; reason: string | null; terms: Record<string, string | null> }[]
  fields: { field: string; name: string; from: string | null; to: string | null; differs: boolean }[]
  parts: { kind: string; from: string | null; to: string | null; how: How }[]
  assists: { unit_name: string; from: string | null; to: string | null; how: How }[]
}
export interface ItemPerson { id: Id; name: string; title: string; unit_name: string }
interface NewsHead { item: Id; code: string; title: string; at: Instant; by: string }
export interface MyNews {
  news_until: Instant
  mentions: (NewsHead & { note: Id; body: string })[]
  told: (NewsHead & { what: string; words: string })[]
  news: (NewsHead & { command: string; name: string })[]
}
