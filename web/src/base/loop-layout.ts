/*
 * Where the states of the loop stand in the drawing and how its steps run between them. The main
 * road is one line; suspended and cancelled hang below it. Pure: names and numbers in, points out.
 */
import type { State } from '@/api/types'

export interface Place { code: State; x: number; y: number; w: number; h: number }
export interface Edge { from: State; to: State; command: string; path: string; lx: number; ly: number; anchor?: 'start' | 'end' }

const ROAD: State[] = ['drafted', 'approved', 'issued', 'accepted', 'reported', 'closed', 'archived']
export const STEP = 146
export const BOX = { w: 84, h: 32 }
export const MARGIN = { x: 10, top: 56 }
export const SIZE = { w: MARGIN.x * 2 + STEP * (ROAD.length - 1) + BOX.w, h: 218 }

export function places(): Place[] {
  const road = ROAD.map((code, i) => ({ code, x: MARGIN.x + i * STEP, y: MARGIN.top, ...BOX }))
  const at = (code: State) => road.find((p) => p.code === code) as Place
  return [
    ...road,
    { code: 'suspended', x: at('accepted').x, y: MARGIN.top + 108, ...BOX },
    { code: 'cancelled', x: at('closed').x, y: MARGIN.top + 108, ...BOX },
  ]
}

/** One line for each pair of states; the commands that share it are told together. */
export function route(from: Place, to: Place, command: string): Edge {
  const e = { from: from.code, to: to.code, command }
  const fx = from.x + from.w / 2
  const tx = to.x + to.w / 2
  if (from.y === to.y && to.x > from.x && to.x - from.x === STEP) {
    const y = from.y + from.h / 2
    return { ...e, path: `M${from.x + from.w} ${y}H${to.x - 5}`, lx: (from.x + from.w + to.x) / 2, ly: y - 7 }
  }
  if (from.y === to.y) {
    // Back (or a leap forward) over the road: an arc whose height grows with the distance.
    const lift = 10 + 17 * Math.round(Math.abs(tx - fx) / STEP)
    const y = from.y
    const sx = fx + (tx < fx ? -14 : 14)
    const ex = tx + (tx < fx ? 14 : -14)
    return {
      ...e, path: `M${sx} ${y}C${sx} ${y - lift} ${ex} ${y - lift} ${ex} ${y - 5}`,
      lx: (sx + ex) / 2, ly: y - lift * 0.75 - 5,
    }
  }
  if (Math.abs(fx - tx) < 1) {
    const down = to.y > from.y
    const x = fx + (down ? -10 : 10)
    const y1 = down ? from.y + from.h : from.y
    const y2 = down ? to.y - 5 : to.y + to.h + 5
    return { ...e, path: `M${x} ${y1}V${y2}`, lx: x + (down ? -6 : 6), ly: (y1 + y2) / 2 + 4, anchor: down ? 'end' : 'start' }
  }
  if (to.y > from.y) {
    // Down to the side road by a lane under everything, so that no box is crossed.
    const lane = to.y + to.h + 16
    const y1 = from.y + from.h
    const sx = from.x + from.w - 12
    if (from.x + STEP >= to.x) {
      const ty = to.y + to.h / 2
      const side = fx < tx ? to.x - 5 : to.x + to.w + 5
      return { ...e, path: `M${sx} ${y1}C${sx} ${ty} ${sx + 16} ${ty} ${side} ${ty}`, lx: (sx + side) / 2, ly: ty - 6 }
    }
    const x1 = from.x + from.w + 18
    return {
      ...e, path: `M${sx} ${y1}C${sx} ${y1 + 18} ${x1} ${y1 + 10} ${x1} ${y1 + 34}V${lane - 10}Q${x1} ${lane} ${x1 + 10} ${lane}H${tx - 10}Q${tx} ${lane} ${tx} ${to.y + to.h + 5}`,
      lx: (x1 + tx) / 2, ly: lane - 5,
    }
  }
  const y = from.y + from.h / 2
  const sx = from.x + from.w
  return { ...e, path: `M${sx} ${y}C${tx} ${y} ${tx} ${y} ${tx} ${to.y + to.h + 5}`, lx: tx - 14, ly: (y + to.y + to.h) / 2 + 6 }
}
