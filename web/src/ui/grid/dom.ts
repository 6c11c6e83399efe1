/* Small pieces of page for cells: thousands of them are made while scrolling, so no components. */
export function h(tag: string, set: Record<string, string | undefined> = {}, ...inside: (Node | string | null)[]): HTMLElement {
  const el = document.createElement(tag)
  for (const [k, v] of Object.entries(set)) if (v !== undefined) el.setAttribute(k, v)
  for (const x of inside) if (x !== null) el.append(x)
  return el
}
export function svg(d: string, cls = ''): SVGElement {
  const ns = 'http://www.w3.org/2000/svg'
  const el = document.createElementNS(ns, 'svg')
  el.setAttribute('viewBox', '0 0 16 16')
  el.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(ns, 'path')
  path.setAttribute('d', d)
  if (cls) path.setAttribute('class', cls)
  el.append(path)
  return el
}
