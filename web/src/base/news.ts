/* Live events without a browser: what is news to this tab, and how long to wait before trying again. */

/** Follows the journal's sequence and tells whether somebody else moved it. */
export class Sequence {
  private at: number | null = null
  private own = new Set<number>()

  /** One of this tab's own commands: the screen that gave it shows its result already. */
  mine(seq: number): void {
    if (this.at === null || seq > this.at) this.own.add(seq)
  }
  /** The journal stands here. True when something between was not this tab's own; not at the first time. */
  reached(seq: number): boolean {
    const before = this.at
    this.at = seq
    let foreign = before !== null && seq < before
    for (let n = (before ?? seq) + 1; n <= seq && !foreign; n++) foreign = !this.own.has(n)
    for (const n of this.own) if (n <= seq) this.own.delete(n)
    return foreign
  }
}

/** Doubles from a second to a minute; spread by half, so that a thousand browsers do not come at once. */
export function backOff(failures: number, chance: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, failures - 1)) * (0.5 + chance / 2)
}
