import { has, t, type Word } from '@/i18n'

/* Comparing two versions of a contract member by member: baselines side by side, stale forms. */
export interface Compared { name: string; values: string[]; differs: boolean }

function flat(v: unknown): Record<string, unknown> {
  if (typeof v === 'string') {
    try {
      return flat(JSON.parse(v))
    } catch {
      return { text: v }
    }
  }
  return v !== null && typeof v === 'object' && !Array.isArray(v) ? (v as Record<string, unknown>) : {}
}

export function told(v: unknown): string {
  if (v === null || v === undefined || v === '') return '—'
  if (Array.isArray(v)) return v.map(told).join('\n') || '—'
  if (typeof v === 'object') {
    const o = v as Record<string, unknown>
    for (const k of ['body', 'unit_name', 'name', 'unit']) if (typeof o[k] === 'string') return o[k] as string
    return JSON.stringify(v)
  }
  return String(v)
}

// What a contract is made of; states, clocks and counters of the frozen record are no part of it.
const TERMS = [
  'title', 'content', 'standard', 'lead_unit_id', 'start_day', 'due_kind', 'report_cycle', 'cycle_day', 'quantity', 'challenge',
  'quantity_unit', 'weight', 'place', 'secrecy', 'commitment', 'assists', 'parts',
]

/** A frozen record {item, parts, assists} as one list of terms. */
function terms(v: unknown): Record<string, unknown> {
  const o = flat(v)
  return o.item && typeof o.item === 'object' ? { ...(o.item as object), ...('parts' in o ? { parts: o.parts } : {}), ...('assists' in o ? { assists: o.assists } : {}) } : o
}

export function compare(versions: unknown[], name: (term: string, value: unknown) => string = (_, v) => told(v)): Compared[] {
  const all = versions.map(terms)
  return TERMS.filter((n) => all.some((v) => n in v)).map((n) => {
    const values = all.map((v) => name(n, v[n]))
    return { name: n, values, differs: new Set(values).size > 1 }
  })
}

/** The word of a term, as the forms have it. */
export function termName(term: string): string {
  const key = `f.${term.replace(/^report_/, '').replace(/_unit_id$|_id$/, '').replace(/^(start|due)_day$/, '$1')}`
  return has(key) ? t(key as Word) : term
}
