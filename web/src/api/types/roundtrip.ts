/* What a register's file would change, cell by cell. */
type Id = string
export interface RegisterFile { name: string; rows: number; content: string }
export interface FileCell { cell: string; column: string; name: string; old: string; new: string; refused: boolean; why: string; right: string }
export type FileVerdict = 'changed' | 'new' | 'refused' | 'conflict'
export interface FileRow { row: number; cell: string; verdict: FileVerdict; item: Id | null; code: string; title: string; why: string; cells: FileCell[] }
export interface FileDone {
  register: string; register_name: string; foreign: boolean; made: string; from_seq: string; filter: string
  counts: Record<'rows' | 'same' | 'changed' | 'new' | 'refused' | 'conflict' | 'missing' | 'unread' | 'cells', number>
}
export interface FilePreview extends FileDone {
  rows: FileRow[]
  missing: { item: Id; code: string; title: string }[]
  unread: { cell: string; text: string; why: string }[]
  formulas: string[]
  content?: string
}
