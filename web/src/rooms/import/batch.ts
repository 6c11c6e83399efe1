/* Sorting what an import found: doubtful first, then by section, nothing left out. */
import type { Candidate, Doubt, ImportAnswer, ImportRow } from '@/api/types'

export interface Section { name: string; rows: ImportRow[] }

export function doubtsOf(row: ImportRow): Doubt[] {
  return Array.isArray(row.doubts) ? row.doubts : []
}

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

export function candidateName(c: Candidate): string {
  return typeof c === 'string' ? c : c.name
}

export function candidateId(c: Candidate): string {
  return typeof c === 'string' ? c : (c.id ?? c.code ?? c.name)
}

/** Nothing in the document may be lost: what the page shows against what the reader counted. */
export function shownParts(a: ImportAnswer): number {
  return a.rows.length + a.headings.length + a.notices.length + a.reporting.length + a.to_confirm.length
}
export function passageText(p: unknown): string {
  if (typeof p === 'string') return p
  const o = (p ?? {}) as Record<string, unknown>
  return String(o.text ?? o.what ?? o.body ?? '')
}
export function passagePlace(p: unknown): string {
  const o = (p ?? {}) as Record<string, unknown>
  const v = o.place ?? o.source ?? o.line
  if (v === undefined || v === null) return ''
  return typeof v === 'object' ? Object.values(v as object).join(':') : String(v)
}
