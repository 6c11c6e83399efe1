/* Cuts a text at the ranges that match; ranges may overlap and come in any order. */
export interface Piece { text: string; hit: boolean }

export function pieces(text: string, ranges: readonly (readonly [number, number])[]): Piece[] {
  const out: Piece[] = []
  let at = 0
  for (const [from, to] of [...ranges].sort((x, y) => x[0] - y[0])) {
    const start = Math.max(from, at), end = Math.min(to, text.length)
    if (end <= start) continue
    if (start > at) out.push({ text: text.slice(at, start), hit: false })
    out.push({ text: text.slice(start, end), hit: true })
    at = end
  }
  if (at < text.length) out.push({ text: text.slice(at), hit: false })
  return out
}
