/* Small things about text: search folding, sizes, hashes, finding a passage, showing any value. */
export function fold(s: string): string {
  return s.normalize('NFKC').toLowerCase().replace(/\s+/g, '')
}

export function bytesText(n: number): string {
  if (n < 1024) return `${n} B`
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(1)} KB`
  return `${(n / 1024 / 1024).toFixed(1)} MB`
}

export function shortHash(hash: string | null | undefined): string {
  return hash ? hash.slice(0, 12) : '—'
}

/** Splits text around the first place where part stands; null when it does not. */
export function around(text: string, part: string): [string, string, string] | null {
  const at = part === '' ? -1 : text.indexOf(part)
  return at < 0 ? null : [text.slice(0, at), part, text.slice(at + part.length)]
}

export function valueText(v: unknown): string {
  if (v === null || v === undefined || v === '') return '—'
  if (typeof v === 'object') return JSON.stringify(v)
  return String(v)
}

/** Whether the query matches the name, one of its other names, or its pinyin initials. */
export function matches(query: string, names: string[], initials = ''): boolean {
  const q = fold(query)
  if (q === '') return true
  return names.some((n) => fold(n).includes(q)) || (initials !== '' && initials.includes(q))
}
