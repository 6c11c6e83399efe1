/*
 * Where keys land while the grid has the focus: a text box in the active cell that nobody sees. An input
 * method writes only into a text box, so without one the first letters of a Chinese word would be lost to the
 * key that opens the editor. What is being composed stands over the cell; the finished words open the editor.
 * In a cell that may not be edited the box is read-only: letters stay keys there.
 */
import { onMounted, ref, type Ref } from 'vue'

export interface Typing {
  box: Ref<HTMLInputElement | null>
  composing: Ref<boolean>
  place: Ref<Record<string, string>>
  start: () => void
  end: () => void
  input: () => void
}

export function useTyping(cell: () => HTMLElement | null, begin: (text: string) => void): Typing {
  const box = ref<HTMLInputElement | null>(null)
  const composing = ref(false)
  const place = ref<Record<string, string>>({})

  function start(): void {
    const at = cell()
    const frame = box.value?.offsetParent
    if (at && frame) {
      const c = at.getBoundingClientRect()
      const f = frame.getBoundingClientRect()
      place.value = { left: `${c.left - f.left}px`, top: `${c.top - f.top}px`, width: `${c.width}px`, height: `${c.height}px` }
    }
    composing.value = true
  }
  function end(): void {
    composing.value = false
    place.value = {}
    input()
  }
  /** Text that came without a key: composed, dictated, from a panel of signs. */
  function input(): void {
    const text = box.value?.value ?? ''
    if (!text || composing.value) return
    if (box.value) box.value.value = ''
    begin(text)
  }
  onMounted(() => {
    // A finger moves from cell to cell without a keyboard sliding over the page.
    if (box.value && typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches) box.value.inputMode = 'none'
  })
  return { box, composing, place, start, end, input }
}
