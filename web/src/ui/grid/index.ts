/* The door to the grid; see types.ts. Tabulator itself is loaded with the first grid shown. */
import { defineAsyncComponent } from 'vue'

export const Grid = defineAsyncComponent(() => import('./Grid.vue'))
export { useNarrow } from './narrow'
export type * from './types'
