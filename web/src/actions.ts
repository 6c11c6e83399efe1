/* What can be done from where one is, for the palette: each part of the screen says so while it is there. */
import { computed, onBeforeUnmount, onMounted, shallowReactive } from 'vue'

export interface Action { id: string; name: string; note?: string; run: () => void }

const sources = shallowReactive(new Set<() => Action[]>())
export function useActions(of: () => Action[]): void {
  onMounted(() => sources.add(of))
  onBeforeUnmount(() => sources.delete(of))
}
/** Those of the innermost part first: they are about what is on the screen. */
export const actions = computed(() => [...sources].reverse().flatMap((of) => of()))
