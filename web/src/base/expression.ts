/*
 * The filter of a list: what stands in the address, what the server is asked, and how the person may
 * read it as one expression. The server owns the language; this only quotes and joins.
 */
export interface Filter {
  view: string; state: string; light: string; line: string; register: string; unit: string
  q: string; where: string; sort: string
  /** As units are organised: '' now, then; on: on which day of then. */
  organised: string; on: string
}
export const EMPTY: Filter = {
  view: '', state: '', light: '', line: '', register: '', unit: '', q: '', where: '', sort: 'due_day', organised: '', on: '',
}
type Asked = Record<string, unknown>

function one(v: unknown): string {
  return typeof v === 'string' ? v : Array.isArray(v) && typeof v[0] === 'string' ? v[0] : ''
}

export function fromAddress(q: Asked): Filter {
  const f = { ...EMPTY }
  for (const k of Object.keys(EMPTY) as (keyof Filter)[]) f[k] = one(q[k]) || EMPTY[k]
  return f
}

/** Only what differs from the empty filter, so that addresses stay short. */
export function toAddress(f: Filter): Record<string, string> {
  const out: Record<string, string> = {}
  for (const k of Object.keys(EMPTY) as (keyof Filter)[]) if (f[k] !== EMPTY[k]) out[k] = f[k]
  return out
}

export function isFiltered(f: Filter): boolean {
  return (Object.keys(EMPTY) as (keyof Filter)[]).some((k) => k !== 'sort' && f[k] !== '')
}

export function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`
}

/** Joins conditions; each is put in brackets when it could bind otherwise. */
export function both(...parts: string[]): string {
  const given = parts.map((p) => p.trim()).filter((p) => p !== '')
  if (given.length < 2) return given[0] ?? ''
  return given.map((p) => (/\bor\b|或/i.test(p) ? `(${p})` : p)).join(' and ')
}

/** Where the server found the error: byte offsets become character offsets. */
export function charOffset(text: string, bytes: number): number {
  const encoder = new TextEncoder()
  let seen = 0
  let at = 0
  for (const ch of text) {
    if (seen >= bytes) break
    seen += encoder.encode(ch).length
    at += ch.length
  }
  return at
}
