/*
 * What becomes of edits: one cell is sent at once, a block is shown first. Undo and redo are shown first
 * only when something stands in the way. Every change is one command, which the server can take back.
 */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { preview, type Problem } from '@/api/client'
import { actByTable } from '@/api/outbox'
import type { ChangePreview, TaskRow } from '@/api/types/grid'
import { asProblem } from '@/base/use'
import { t } from '@/i18n'
import type { GridBlock } from '@/ui/grid'
import { columnOf, editOf, type Line } from './columns'
import { canRedo, canUndo, did, redid, undid } from './undo'

interface RowBody { item: string; version: number; cells: { column: string; value: string }[] }
interface Pending { kind: 'edit' | 'undo' | 'redo'; preview: ChangePreview; passed: GridBlock['passed']; rows: RowBody[]; seq: string }
interface Bar { text: string; undo: boolean; redo: boolean; problem: boolean }
export interface Changes {
  pending: ShallowRef<Pending | null>
  bar: ShallowRef<Bar | null>
  wrong: ShallowRef<ReadonlyMap<string, string>>
  busy: Ref<boolean>
  problem: ShallowRef<Problem | null>
  edits: (block: GridBlock<Line>) => Promise<void>
  apply: () => Promise<void>
  drop: () => void
  undo: () => Promise<void>
  redo: () => Promise<void>
  tell: (text: string) => void
}

/** reload: all rows again; changed: those of these items. */
export function useChanges(rows: () => TaskRow[], reload: () => Promise<void>, changed: (ids: string[]) => Promise<void>): Changes {
  const pending = shallowRef<Pending | null>(null)
  const bar = shallowRef<Bar | null>(null)
  const wrong = shallowRef<ReadonlyMap<string, string>>(new Map())
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)

  function tell(text: string, bad = false): void {
    bar.value = text ? { text, undo: !bad && canUndo() !== null, redo: !bad && canRedo() !== null, problem: bad } : null
  }
  function bodyOf(block: GridBlock<Line>): RowBody[] {
    const version = new Map(rows().map((r) => [r.id, r.version]))
    const by = new Map<string, RowBody>()
    for (const e of block.edits) {
      const body = by.get(e.row.id) ?? { item: e.row.id, version: version.get(e.row.id) ?? 0, cells: [] }
      body.cells.push({ column: editOf(e.column), value: e.text })
      by.set(e.row.id, body)
    }
    return [...by.values()]
  }
  const idsOf = (done: Record<string, unknown>): string[] => ((done.rows ?? []) as { item: string }[]).map((r) => r.item)
  async function send(body: RowBody[]): Promise<void> {
    const done = await actByTable('items.edit_many', { rows: body })
    did(done.seq)
    wrong.value = new Map()
    await changed(idsOf(done))
    tell(t('grid.changed', { items: Number(done.items), cells: Number(done.changed) }))
  }
  async function edits(block: GridBlock<Line>): Promise<void> {
    const body = bodyOf(block)
    const first = body[0]
    if (!first) return tell(block.passed.map((p) => `${p.where}：${p.why}`).slice(0, 3).join('；'), true)
    busy.value = true
    problem.value = null
    try {
      if (block.by === 'type' && block.edits.length === 1) await send(body)
      else pending.value = { kind: 'edit', preview: await preview<ChangePreview>('items.edit_many', { rows: body, preview: true }), passed: block.passed, rows: body, seq: '' }
    } catch (e) {
      const p = asProblem(e)
      const one = block.edits[0]
      if (one && block.edits.length === 1) wrong.value = new Map([[`${one.row.id} ${one.column}`, p.detail]])
      tell(p.detail, true)
      await reload()
    } finally {
      busy.value = false
    }
  }
  /** Refused cells are left out: what the preview showed as changing is what is sent. */
  function able(p: Pending): RowBody[] {
    return p.rows.map((r) => {
      const seen = p.preview.rows.find((x) => x.item === r.item)
      return { ...r, cells: r.cells.filter((c) => seen?.cells.some((x) => x.column === c.column && !x.refused)) }
    }).filter((r) => r.cells.length)
  }
  async function apply(): Promise<void> {
    const p = pending.value
    if (!p || busy.value) return
    busy.value = true
    problem.value = null
    try {
      if (p.kind === 'edit') {
        await send(able(p))
        wrong.value = new Map(p.preview.rows.flatMap((r) => r.cells.filter((c) => c.refused).map((c) => [`${r.item} ${columnOf(c.column)}`, c.why] as const)))
      } else await stepBack(p.kind, p.seq, true)
      pending.value = null
    } catch (e) {
      problem.value = asProblem(e)
    } finally {
      busy.value = false
    }
  }
  async function stepBack(kind: 'undo' | 'redo', seq: string, partial: boolean): Promise<void> {
    const done = await actByTable('items.undo', { seq, partial })
    if (kind === 'undo') undid(done.seq)
    else redid(done.seq)
    wrong.value = new Map()
    tell(t(kind === 'undo' ? 'grid.undone' : 'grid.redone', { items: Number(done.items), cells: Number(done.changed) }))
    await changed(idsOf(done))
  }
  async function step(kind: 'undo' | 'redo'): Promise<void> {
    const seq = kind === 'undo' ? canUndo() : canRedo()
    if (pending.value) return
    if (!seq) return tell(t(kind === 'undo' ? 'grid.nothing_undo' : 'grid.nothing_redo'), true)
    busy.value = true
    problem.value = null
    try {
      const seen = await preview<ChangePreview>('items.undo', { seq, preview: true })
      if (seen.refused) pending.value = { kind, preview: seen, passed: [], rows: [], seq }
      else await stepBack(kind, seq, false)
    } catch (e) {
      tell(asProblem(e).detail, true)
    } finally {
      busy.value = false
    }
  }
  function drop(): void {
    // A step that cannot be taken back at all must not stand in the way of those before it.
    const p = pending.value
    if (p && p.kind !== 'edit' && !p.preview.changed) {
      if (p.kind === 'undo') undid(null)
      else redid(null)
    }
    pending.value = null
  }
  // Keys come faster than answers: each step waits for the one before, none is lost.
  let steps: Promise<void> = Promise.resolve()
  const next = (kind: 'undo' | 'redo'): Promise<void> => (steps = steps.then(() => step(kind)))
  return { pending, bar, wrong, busy, problem, edits, apply, drop, undo: () => next('undo'), redo: () => next('redo'), tell }
}
