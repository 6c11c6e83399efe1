/*
 * Where one is: the name of what stands on the screen (title of the document and last crumb), the way up,
 * and on the way back the same place in the list. The boxes that scroll are not the window, so the browser
 * does not remember them; and they are filled late, so the place is taken again while they grow.
 */
import { computed, onBeforeUnmount, shallowRef, watch } from 'vue'
import type { RouteLocationNormalized } from 'vue-router'
import { lang, t, type Word } from './i18n'
import { session } from './session'

/** The screen above this one: its address and its name. */
export type Up = (to: RouteLocationNormalized) => [path: string, word: Word]

const at = shallowRef<RouteLocationNormalized | null>(null)
const named = shallowRef('')
/** Addresses with their filters as they were left, so that the way up leads to the same list. */
const left = new Map<string, string>()
watch(() => session.value?.account.id, () => left.clear())

const byRoute = computed(() => (at.value?.meta.title ? t(at.value.meta.title) : ''))
export const title = computed(() => named.value || byRoute.value)
export const crumbs = computed<{ to: string; text: string }[]>(() => {
  const up = at.value?.meta.up
  if (!up || !at.value) return []
  const [path, word] = up(at.value)
  return [{ to: left.get(path) ?? path, text: t(word) }]
})
watch([title, lang], () => {
  document.title = title.value ? `${title.value} · ${t('app.name')}` : t('app.name')
})

/** The name of what this screen shows, once it is known. */
export function useTitle(of: () => string | null | undefined): void {
  watch(of, (name) => (named.value = name ?? ''), { immediate: true })
  onBeforeUnmount(() => (named.value = ''))
}
export function arrived(to: RouteLocationNormalized, from: RouteLocationNormalized): void {
  // Another one in the same room: its name is not known yet.
  if (to.path !== from.path && to.matched.at(-1) === from.matched.at(-1)) named.value = ''
  at.value = to
  left.set(to.path, to.fullPath)
}

/* --- the place in the list --- */

const BOXES = ['#main', '#main .tabulator-tableholder']
const boxes = (): (HTMLElement | null)[] => BOXES.map((b) => document.querySelector<HTMLElement>(b))
const PATIENCE_MS = 6000
const STILL_MS = 500
const TOUCHED = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const
let position = -1
let round = 0

const positionNow = (): number => Number((window.history.state as { position?: number } | null)?.position ?? -1)
/** Before another screen is shown. */
export function leaving(): void {
  round++
  try {
    if (position >= 0) sessionStorage.setItem(`place:${position}`, JSON.stringify(boxes().map((b) => Math.round(b?.scrollTop ?? 0))))
  } catch {
    // No store: the list begins at its top.
  }
}
window.addEventListener('pagehide', leaving)

function bringBack(): void {
  let wanted: number[] = []
  try {
    wanted = JSON.parse(sessionStorage.getItem(`place:${position}`) ?? '[]') as number[]
  } catch {
    return
  }
  if (!wanted.some((y) => y > 0)) return
  const mine = ++round
  const begun = performance.now()
  let still = begun
  const stop = (): void => { round++ }
  for (const e of TOUCHED) window.addEventListener(e, stop, { once: true, capture: true, passive: true })
  const step = (now: number): void => {
    if (mine === round && now - begun < PATIENCE_MS && now - still < STILL_MS) {
      boxes().forEach((b, i) => {
        const y = wanted[i] ?? 0
        if (y === 0 || (b && Math.abs(b.scrollTop - y) <= 2)) return
        still = now
        if (b && b.scrollHeight - b.clientHeight >= y - 2) b.scrollTop = y
      })
      window.requestAnimationFrame(step)
    } else for (const e of TOUCHED) window.removeEventListener(e, stop, { capture: true })
  }
  window.requestAnimationFrame(step)
}
/** After the screen has changed; back: it is one that was seen before. */
export function place(back: boolean, other: boolean): void {
  position = positionNow()
  if (back) bringBack()
  else if (other) boxes()[0]?.scrollTo(0, 0)
}
