/* Theme and type size: attributes on the root element, remembered on this device. */
import { ref } from 'vue'
import { remember, setting } from './draft'

export type Theme = 'auto' | 'light' | 'dark' | 'contrast'
export const theme = ref<Theme>(setting('theme', 'auto') as Theme)
export const large = ref(setting('large', '') === '1')
const night = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null

export function applyLook(): void {
  const root = document.documentElement
  const t = theme.value === 'auto' ? (night?.matches ? 'dark' : 'light') : theme.value
  root.dataset.theme = t
  if (large.value) root.dataset.type = 'large'
  else delete root.dataset.type
}
night?.addEventListener?.('change', applyLook)

export function setTheme(t: Theme): void {
  theme.value = t
  remember('theme', t)
  applyLook()
}
export function setLarge(on: boolean): void {
  large.value = on
  remember('large', on ? '1' : '')
  applyLook()
}
