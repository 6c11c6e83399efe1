/* Ranges of cells, counted in shown rows and shown columns. Pure, so that paste and fill are tested. */
import type { Block } from './clipboard'

export interface Spot { r: number; c: number }
export interface Range { anchor: Spot; focus: Spot }
export interface Bounds { top: number; bottom: number; left: number; right: number }

export function boundsOf(x: Range): Bounds {
  return {
    top: Math.min(x.anchor.r, x.focus.r), bottom: Math.max(x.anchor.r, x.focus.r),
    left: Math.min(x.anchor.c, x.focus.c), right: Math.max(x.anchor.c, x.focus.c),
  }
}
export function inside(b: Bounds, r: number, c: number): boolean {
  return r >= b.top && r <= b.bottom && c >= b.left && c <= b.right
}
export function cellsOf(b: Bounds): Spot[] {
  const out: Spot[] = []
  for (let r = b.top; r <= b.bottom; r++) for (let c = b.left; c <= b.right; c++) out.push({ r, c })
  return out
}
export const countOf = (b: Bounds): number => (b.bottom - b.top + 1) * (b.right - b.left + 1)

/**
 * Where each text of a pasted block goes. The block lands on the range's first cell; a range that is a
 * whole multiple of the block is filled with it again and again, as spreadsheets do.
 */
export function spread(block: Block, b: Bounds): { at: Spot; text: string }[] {
  const height = block.length
  const width = Math.max(0, ...block.map((r) => r.length))
  if (!height || !width) return []
  const times = (have: number, want: number): number => (want > have && want % have === 0 ? want / have : 1)
  const down = times(height, b.bottom - b.top + 1)
  const across = times(width, b.right - b.left + 1)
  const out: { at: Spot; text: string }[] = []
  for (let y = 0; y < height * down; y++)
    for (let x = 0; x < width * across; x++) {
      const row = block[y % height] ?? []
      if (x % width < row.length) out.push({ at: { r: b.top + y, c: b.left + x }, text: row[x % width] ?? '' })
    }
  return out
}
