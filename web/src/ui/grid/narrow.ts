/* Whether the window is too narrow for a grid: rooms then show cards. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export const NARROW = '(max-width: 700px)'

export function useNarrow(): Ref<boolean> {
  const list = typeof matchMedia === 'function' ? matchMedia(NARROW) : null
  const narrow = ref(list?.matches ?? false)
  const changed = (e: MediaQueryListEvent): void => void (narrow.value = e.matches)
  list?.addEventListener('change', changed)
  onBeforeUnmount(() => list?.removeEventListener('change', changed))
  return narrow
}
