/* The editor inside a cell: a text box, a list with suggestions, or a choice. Escape restores. */
import type { GridColumn, GridRow } from './types'

export type Leave = 'stay' | 'down' | 'up' | 'right' | 'left'
export interface Editor { close: (keep: boolean) => void; el: HTMLElement }

let lists = 0

export function openEditor<R extends GridRow>(
  cell: HTMLElement, column: GridColumn<R>, begin: string, select: boolean, done: (text: string | null, leave: Leave) => void,
): Editor {
  let over = false
  const choice = column.kind === 'enum' && column.choices
  const box: HTMLInputElement | HTMLSelectElement = choice ? document.createElement('select') : document.createElement('input')
  box.className = 'grid-editor'
  box.setAttribute('aria-label', column.title)
  if (box instanceof HTMLSelectElement) {
    for (const c of [{ value: '', label: '' }, ...(column.choices ?? [])]) box.add(new Option(c.label, c.label, false, c.label === begin))
  } else {
    box.type = 'text'
    box.autocomplete = 'off'
    if (column.kind === 'int' || column.kind === 'dec') box.inputMode = 'decimal'
    box.value = begin
    if (column.choices) suggest(box, column.choices, cell)
  }
  const close = (keep: boolean, leave: Leave = 'stay'): void => {
    if (over) return
    over = true
    done(keep ? box.value : null, leave)
  }
  box.addEventListener('keydown', (event) => {
    const e = event as KeyboardEvent
    e.stopPropagation()
    if (e.isComposing) return
    if (e.key === 'Escape') close(false)
    else if (e.key === 'Enter') close(true, e.shiftKey ? 'up' : 'down')
    else if (e.key === 'Tab') close(true, e.shiftKey ? 'left' : 'right')
    else return
    e.preventDefault()
  })
  for (const name of ['copy', 'cut', 'paste', 'mousedown', 'dblclick']) box.addEventListener(name, (e) => e.stopPropagation())
  box.addEventListener('blur', () => close(true))
  cell.replaceChildren(box, ...[...cell.children].filter((x) => x.tagName === 'DATALIST'))
  box.focus()
  if (box instanceof HTMLInputElement && select) box.select()
  return { close, el: box }
}

function suggest(box: HTMLInputElement, choices: { value: string; label: string }[], cell: HTMLElement): void {
  const list = document.createElement('datalist')
  list.id = `grid-list-${++lists}`
  for (const c of choices) list.append(new Option(c.label, c.label))
  box.setAttribute('list', list.id)
  cell.append(list)
}
