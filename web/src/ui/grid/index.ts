/* The door to the grid; see types.ts. Tabulator itself is loaded with the first grid shown. */
import { defineAsyncComponent } from 'vue'

const code = (): Promise<typeof import('./Grid.vue')> => import('./Grid.vue')
export const Grid = defineAsyncComponent(code)
/** Fetches the code while the rows are still on their way. */
export const fetchGrid = (): void => void code().catch(() => undefined)
export { useNarrow } from './narrow'
export type * from './types'
