/* v-scrolls: a box that scrolls can be reached by keyboard; one that does not is no extra stop. */
import type { ObjectDirective } from 'vue'

const watching = new WeakMap<HTMLElement, ResizeObserver>()

export const scrolls: ObjectDirective<HTMLElement> = {
  mounted(el) {
    const look = (): void => {
      if (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1) el.tabIndex = 0
      else el.removeAttribute('tabindex')
    }
    const o = new ResizeObserver(look)
    o.observe(el)
    if (el.firstElementChild) o.observe(el.firstElementChild)
    watching.set(el, o)
    look()
  },
  unmounted(el) {
    watching.get(el)?.disconnect()
  },
}
