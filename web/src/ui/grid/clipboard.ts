/*
 * Blocks of cells as Excel and WPS put them on the clipboard. text/plain: cells by tabs, rows by line ends;
 * a cell with a tab, a line end or a quote is quoted, quotes inside are doubled; a last line end is no row.
 * text/html: a table; merged cells (rowspan, colspan) keep their text in the first and leave the rest empty.
 */
export type Block = string[][]

export function parseText(text: string): Block {
  const rows: Block = []
  let row: string[] = []
  let cell = ''
  let i = 0
  const endCell = (): void => {
    row.push(cell)
    cell = ''
  }
  const endRow = (): void => {
    endCell()
    rows.push(row)
    row = []
  }
  while (i < text.length) {
    const c = text[i]
    if (c === '"' && cell === '') {
      const end = quotedEnd(text, i)
      if (end > 0) {
        cell = text.slice(i + 1, end).replace(/""/g, '"').replace(/\r\n?/g, '\n')
        i = end + 1
        continue
      }
    }
    if (c === '\t') endCell()
    else if (c === '\n') endRow()
    else if (c === '\r') {
      if (text[i + 1] === '\n') i++
      endRow()
    } else cell += c
    i++
  }
  if (cell !== '' || row.length) endRow()
  return rows
}

/** Where a quoted cell that begins at `from` ends, or -1 when it is just a quote (Excel quotes only what needs it). */
function quotedEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] !== '"') continue
    if (text[i + 1] === '"') i++
    else return i + 1 === text.length || /[\t\r\n]/.test(text[i + 1] ?? '') ? i : -1
  }
  return -1
}

export function parseHtml(html: string): Block | null {
  const safe = document.implementation.createHTMLDocument('')
  const parsed = parseInert(html, safe)
  const table = parsed?.querySelector('table')
  if (!table) return null
  const rows: Block = []
  const taken = new Map<string, true>()
  ;[...table.rows].forEach((tr, y) => {
    const row: string[] = (rows[y] ??= [])
    let x = 0
    for (const td of tr.cells) {
      while (taken.has(`${y},${x}`)) row[x++] = ''
      for (let dy = 0; dy < Math.max(1, td.rowSpan); dy++) for (let dx = 0; dx < Math.max(1, td.colSpan); dx++) taken.set(`${y + dy},${x + dx}`, true)
      row[x] = cellText(td)
      for (let dx = 1; dx < td.colSpan; dx++) row[x + dx] = ''
      x += Math.max(1, td.colSpan)
    }
  })
  return rows.map((r) => Array.from(r, (c) => c ?? ''))
}

// DOMParser is a guarded sink: the policy lets clipboard markup into an inert document and nowhere else.
interface Policy { createHTML: (s: string) => string }
interface Policies { createPolicy: (name: string, rules: { createHTML: (s: string) => string }) => Policy }
let inert: Policy | null = null
function parseInert(html: string, fallback: Document): Document | null {
  const policies = (window as unknown as { trustedTypes?: Policies }).trustedTypes
  if (policies && !inert) inert = policies.createPolicy('grid-clipboard', { createHTML: (s) => s })
  try {
    return new DOMParser().parseFromString(inert ? (inert.createHTML(html) as unknown as string) : html, 'text/html')
  } catch {
    return fallback
  }
}

function cellText(td: HTMLTableCellElement): string {
  for (const br of td.querySelectorAll('br')) br.replaceWith('\n')
  return (td.textContent ?? '').replace(/[\u00a0\t ]+/g, ' ').replace(/ *\n */g, '\n').trim()
}

/** The block of a paste. Plain text is exact where it has it; a table wins only when there is no text. */
export function blockOf(data: { getData: (type: string) => string }): Block {
  const text = data.getData('text/plain')
  if (text !== '') return parseText(text)
  const html = data.getData('text/html')
  return (html && parseHtml(html)) || []
}

export function toText(block: Block): string {
  const quoted = (c: string): string => (/["\t\r\n]/.test(c) ? `"${c.replace(/"/g, '""')}"` : c)
  return block.map((r) => r.map(quoted).join('\t')).join('\r\n')
}
