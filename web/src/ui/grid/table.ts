/*
 * Tabulator as we use it: rows in sight only, frozen and resizable columns. Cells are always nodes, never
 * markup: the content policy forbids markup from text (trusted types), and so nothing has to be escaped.
 * A row of Tabulator's data is an id; what stands there is asked when it is drawn.
 */
import { FormatModule, FrozenColumnsModule, ResizeColumnsModule, ResizeTableModule, Tabulator } from 'tabulator-tables'

interface Cell { getData: () => { id: string }; getElement: () => HTMLElement }
interface Row { getData: () => { id: string }; getElement: () => HTMLElement; reformat: () => void }
interface Column { _column: InnerColumn; getField: () => string; getWidth: () => number }

export interface TableColumn {
  name: string
  width: number
  frozen: boolean
  right: boolean
  node: (id: string) => Node
  title: () => Node
}
export interface Table {
  replace: (ids: string[]) => void
  redraw: (id: string) => void
  show: (row: number, column: string) => void
  widths: () => Map<string, number>
  destroy: () => void
}

let ready = false

/*
 * All rows are of one height, which we give; the library still measures each row it draws, and every such
 * measure makes the browser lay out the page. In the version pinned in package.json a row's own calcHeight
 * and reinitialize are where that happens; here they take the height that was given.
 */
interface InnerRow {
  height: number; heightStyled: string; outerHeight: number; initialized: boolean; heightInitialized: boolean
  element: HTMLElement | false; table: { options: { rowHeight: number } }
  initialize: (force: boolean) => void; calcHeight: () => void; reinitialize: () => void
  created: boolean; cells: unknown[]
}
interface InnerColumn { cells: { row: InnerRow }[] }
const innerOf = (row: unknown): InnerRow | undefined => (row as { _row?: InnerRow })._row
let fixed = false
function fixHeights(row: unknown): void {
  const inner = innerOf(row)
  if (fixed || !inner) return
  fixed = true
  const proto = Object.getPrototypeOf(inner) as InnerRow
  proto.calcHeight = function (this: InnerRow) {
    this.height = this.outerHeight = this.table.options.rowHeight
    this.heightStyled = `${this.height}px`
  }
  proto.reinitialize = function (this: InnerRow) {
    this.initialized = this.heightInitialized = false
    if (this.element && this.element.isConnected) this.initialize(true)
  }
}

/*
 * The library keeps the nodes of every row it ever drew. Scrolling through ten thousand rows leaves some
 * hundred thousand nodes: collecting garbage then takes longer than a frame, and taking the cells of all rows
 * away (at the next filter) looks for each in a list of all. Rows that left the page give theirs back.
 */
const KEPT = 120
function giveBack(drawn: Set<InnerRow>, columns: InnerColumn[]): void {
  if (drawn.size <= KEPT) return
  for (const row of drawn) {
    if (row.element && row.element.isConnected) continue
    drawn.delete(row)
    row.cells = []
    row.element = false
    row.created = row.initialized = row.heightInitialized = false
  }
  for (const c of columns) c.cells = c.cells.filter((cell) => cell.row.element !== false)
}

export function makeTable(
  el: HTMLElement,
  o: { columns: TableColumn[]; ids: string[]; rowHeight: number; dress: (el: HTMLElement, id: string) => void; resized: () => void },
): Promise<Table> {
  if (!ready) Tabulator.registerModule([FormatModule, FrozenColumnsModule, ResizeColumnsModule, ResizeTableModule])
  ready = true
  const inner = document.createElement('div')
  el.replaceChildren(inner)
  const drawn = new Set<InnerRow>()
  const frozenLast = o.columns.filter((c) => c.frozen).length - 1
  const options: Record<string, unknown> = {
    height: '100%',
    index: 'id',
    layout: 'fitDataFill',
    rowHeight: o.rowHeight,
    nestedFieldSeparator: false,
    renderVerticalBuffer: o.rowHeight * 12,
    columnDefaults: { resizable: 'header', minWidth: 48, vertAlign: 'middle' },
    data: o.ids.map((id) => ({ id })),
    columns: o.columns.map((c, i) => ({
      field: c.name, title: c.name, width: c.width, frozen: c.frozen, hozAlign: c.right ? 'right' : 'left', headerHozAlign: c.right ? 'right' : 'left',
      cssClass: `c-${c.name}${i === frozenLast ? ' frozen-last' : ''}`,
      formatter: (cell: Cell) => c.node(cell.getData().id),
      titleFormatter: () => c.title(),
    })),
    rowFormatter: (row: Row) => {
      fixHeights(row)
      const mine = innerOf(row)
      if (mine) drawn.add(mine)
      const at = row.getElement()
      // It is asked after each row that is added while scrolling; the answer is known without a layout.
      if (!Object.prototype.hasOwnProperty.call(at, 'offsetHeight')) Object.defineProperty(at, 'offsetHeight', { value: o.rowHeight })
      o.dress(at, row.getData().id)
    },
  }
  const table = new Tabulator(inner, options as never)
  // Looked up by id only when a row is drawn anew: ten thousand rows would make first paint wait for it.
  let rows: Map<string, Row> | null = null
  const row = (id: string): Row | undefined => {
    rows ??= new Map((table.getRows() as unknown as Row[]).map((r) => [r.getData().id, r]))
    return rows.get(id)
  }
  // The library loads in steps of its own: a second load begun before the first has ended leaves rows of both.
  // So one runs at a time, and of those that wait only the latest counts.
  let wanted: string[] | null = null
  let loading = false
  const load = async (): Promise<void> => {
    if (loading) return
    loading = true
    try {
      while (wanted) {
        const ids = wanted
        wanted = null
        rows = null
        drawn.clear()
        const box = holder()
        const data = ids.map((id) => ({ id })) as never
        // Keeping the place draws twice; at the top there is none to keep.
        await (box && (box.scrollTop || box.scrollLeft) ? table.replaceData(data) : table.setData(data))
        rows = null
      }
    } finally {
      loading = false
    }
  }
  const holder = (): HTMLElement | null => inner.querySelector<HTMLElement>('.tabulator-tableholder')
  const show = (row: number, column: string): void => {
    const box = holder()
    if (!box) return
    const y = row * o.rowHeight
    if (y < box.scrollTop) box.scrollTop = y
    else if (y + o.rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = y + o.rowHeight - box.clientHeight
    const c = o.columns.find((x) => x.name === column)
    if (!c || c.frozen) return
    const head = inner.querySelector<HTMLElement>(`.tabulator-col[tabulator-field="${CSS.escape(column)}"]`)
    const frozen = [...inner.querySelectorAll<HTMLElement>('.tabulator-col.tabulator-frozen')].reduce((n, x) => n + x.offsetWidth, 0)
    if (!head) return
    if (head.offsetLeft - frozen < box.scrollLeft) box.scrollLeft = head.offsetLeft - frozen
    else if (head.offsetLeft + head.offsetWidth > box.scrollLeft + box.clientWidth) box.scrollLeft = head.offsetLeft + head.offsetWidth - box.clientWidth
  }
  return new Promise((resolve) => {
    table.on('tableBuilt', () => {
      table.on('columnResized', o.resized)
      const columns = (table.getColumns() as unknown as Column[]).map((c) => c._column)
      holder()?.addEventListener('scroll', () => giveBack(drawn, columns), { passive: true })
      resolve({
        replace: (ids) => {
          wanted = ids
          void load()
        },
        redraw: (id) => row(id)?.reformat(),
        show,
        widths: () => new Map((table.getColumns() as unknown as Column[]).map((c) => [c.getField(), c.getWidth()])),
        destroy: () => table.destroy(),
      })
    })
  })
}
