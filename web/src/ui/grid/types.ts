/*
 * The grid of all rooms: a description of columns and rows goes in, edits come out. It never writes and
 * never decides what may be edited: the room (that is, the server) says so cell by cell.
 *
 *     import { Grid, type GridColumn, type GridEdit } from '@/ui/grid'
 *     <Grid name="tasks" :label="t('tasks.title')" :columns="columns" :rows="rows" :sort="sort"
 *           @edits="(e) => preview(e)" @undo="undo" @redo="redo" @open="(row) => …" @sort="(s) => …" />
 *
 * - A row is any object with a key of its own (`id`). Rows are shown in the order given: the room sorts,
 *   groups and nests (tree.ts helps). A row may be a heading (`heading: true`): it spans and is not edited.
 * - `edits` brings one block as one event, whatever made it: typing, paste, fill-down, delete. Texts are as
 *   the person wrote them; the server reads "2023/5/1", "区住建委", "进行中". Nothing is shown as changed
 *   until the room hands in new rows, or `wrong` for a cell that was refused.
 * - Keys: arrows, Tab, Enter opens, F2, e or typing edits, Shift-arrows and mouse make a range, Ctrl-A all,
 *   Ctrl-C/X/V, Ctrl-D fills down, Delete clears, Ctrl-Z and Ctrl-Y ask the room, j/k rows, Space peeks,
 *   x picks a row.
 * - Widths, order, frozen and hidden columns are kept per device under `name`, or given by the room.
 * - Below 700 px rooms show cards instead (`useNarrow`); the grid's code is not loaded then.
 *
 * The code is loaded when the first grid is shown, so forms on phones stay small.
 */
export type CellValue = string | number | boolean | null
export type Kind = 'text' | 'int' | 'dec' | 'day' | 'enum' | 'ref' | 'bool'

export interface GridRow {
  id: string
  heading?: boolean
  /** Depth in a tree, and whether it is open (null or left out: it has no children). */
  depth?: number
  open?: boolean | null
}

export interface GridColumn<R extends GridRow = GridRow> {
  name: string
  title: string
  width: number
  kind?: Kind
  right?: boolean
  /** Frozen columns stand first and stay while the others scroll. */
  frozen?: boolean
  /** May not be hidden. */
  fixed?: boolean
  hidden?: boolean
  /** Name for the `sort` event; without it the heading is no button. */
  sort?: string
  /** Shown under the heading and on paper: 万元, 亩. */
  unit?: string
  choices?: { value: string; label: string }[]
  /** What the cell shows, what is copied, what an editor begins with (unless `input` says otherwise). */
  text: (row: R) => string
  input?: (row: R) => string
  /** A cell that is more than text (a light, a link). Copying still takes `text`. */
  node?: (row: R) => Node
  editable?: boolean
  /** Why this cell may not be edited; null: it may. Asked only in editable columns. */
  locked?: (row: R) => string | null
  /** Somebody owes this: the sentence shown in an empty cell. */
  owed?: (row: R) => string | null
  /** What is wrong with the cell. */
  wrong?: (row: R) => string | null
}

export type EditBy = 'type' | 'paste' | 'fill' | 'clear'
export interface GridEdit<R extends GridRow = GridRow> {
  row: R
  column: string
  text: string
}
export interface GridBlock<R extends GridRow = GridRow> {
  by: EditBy
  edits: GridEdit<R>[]
  /** Cells of the block that were passed over, with why: locked ones, and what stood outside the grid. */
  passed: { where: string; why: string }[]
}
export interface GridLayout {
  name: string
  width: number
  frozen: boolean
  hidden: boolean
}
