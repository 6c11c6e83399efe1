/* Sorting what an import found: doubtful first, then by section, nothing left out. */
import type { ImportAnswer, ImportRow, Unit } from '@/api/types'

export interface Section { name: string; rows: ImportRow[] }

export function sections(rows: ImportRow[]): Section[] {
  const out: Section[] = []
  const at = new Map<string, Section>()
  for (const r of [...rows].sort((a, b) => a.ordinal - b.ordinal)) {
    const name = r.section ?? ''
    let s = at.get(name)
    if (!s) {
      s = { name, rows: [] }
      at.set(name, s)
      out.push(s)
    }
    s.rows.push(r)
  }
  return out
}

export const VERDICTS = ['doubtful', 'new', 'changed', 'same', 'notice', 'missing'] as const

export function tally(a: ImportAnswer): Record<string, number> {
  const n: Record<string, number> = {}
  for (const r of a.rows) n[r.verdict] = (n[r.verdict] ?? 0) + 1
  if (a.missing.length) n.missing = a.missing.length
  return n
}

/** Passages in doubt that became no row. */
export function loose(a: ImportAnswer): ImportAnswer['to_confirm'] {
  return a.to_confirm.filter((q) => !q.row)
}

/** Paragraphs of the document that stand somewhere on the page; equals a.blocks when none is lost. */
export function accounted(a: ImportAnswer): number {
  const sum = (l: { blocks?: number }[]) => l.reduce((n, x) => n + (x.blocks ?? 0), 0)
  return sum(a.rows) + sum(a.headings) + sum(a.notices) + sum(a.reporting) + sum(loose(a))
}

// Words that stand for a whole kind of unit; a person still has to say so.
const SETS: [RegExp, string][] = [
  [/街道/, 'subdistrict'], [/部门|委办局|委、办、局/, 'department'], [/社区/, 'community'], [/企业/, 'company'], [/专班/, 'taskforce'],
]
/** The units that “各街道” could mean: offered as one click, never taken silently. */
export function unitsOfSet(text: string, all: Unit[]): { kind: string; units: Unit[] } | null {
  if (!/[各全所有]/.test(text)) return null
  const found = SETS.find(([word]) => word.test(text))
  if (!found) return null
  const units = all.filter((u) => u.kind === found[1])
  return units.length ? { kind: found[1], units } : null
}
