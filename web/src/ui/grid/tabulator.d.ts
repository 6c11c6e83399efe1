/* Of Tabulator, which ships without types, what table.ts uses. */
declare module 'tabulator-tables' {
  export const FormatModule: unknown
  export const FrozenColumnsModule: unknown
  export const ResizeColumnsModule: unknown
  export const ResizeTableModule: unknown
  export class Tabulator {
    static registerModule(modules: unknown[]): void
    constructor(el: HTMLElement, options: Record<string, unknown>)
    on(event: string, fn: () => void): void
    getRows(): unknown[]
    getColumns(): unknown[]
    setData(data: never): Promise<void>
    replaceData(data: unknown[]): Promise<void>
    destroy(): void
  }
}
