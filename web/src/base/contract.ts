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

const HIDDEN = /^(id|district_id|version)$|_id$/

export function compare(versions: unknown[]): Compared[] {
  const all = versions.map(flat)
  const names = [...new Set(all.flatMap((v) => Object.keys(v)))].filter((n) => !HIDDEN.test(n))
  return names.map((name) => {
    const values = all.map((v) => told(v[name]))
    return { name, values, differs: new Set(values).size > 1 }
  })
}
