/* Loading one answer: what came, what went wrong, whether it is still on its way. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { inBackground, Problem } from '@/api/client'
import { lang } from '@/i18n'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  busy: Ref<boolean>
  reload: () => Promise<void>
  /** Asks again without a sign of it; null when that did not succeed or something else was loaded meanwhile. */
  look: () => Promise<T | null>
  /** Looks, and shows what came. */
  refresh: () => Promise<void>
}

export function asProblem(e: unknown): Problem {
  return e instanceof Problem ? e : new Problem('internal', 0, e instanceof Error ? e.message : String(e))
}

/** Loads now, again when one of the sources or the language changes; late answers are dropped. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T> | null, sources: () => unknown = () => null): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  let running: AbortController | null = null
  const quiets = new Set<AbortController>()

  async function reload(): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    const job = load(mine.signal)
    if (!job) {
      busy.value = false
      return
    }
    busy.value = true
    try {
      const got = await job
      if (mine !== running) return
      data.value = got
      problem.value = null
    } catch (e) {
      if (mine !== running || (e instanceof DOMException && e.name === 'AbortError')) return
      problem.value = asProblem(e)
    } finally {
      if (mine === running) busy.value = false
    }
  }
  async function look(): Promise<T | null> {
    const before = running
    if (busy.value) return null
    const quiet = inBackground()
    quiets.add(quiet)
    try {
      const got = await load(quiet.signal)
      return before === running ? got : null
    } catch {
      return null
    } finally {
      quiets.delete(quiet)
    }
  }
  async function refresh(): Promise<void> {
    const got = await look()
    if (got !== null) data.value = got
  }
  watch([sources, lang], () => void reload(), { immediate: true })
  onBeforeUnmount(() => {
    running?.abort()
    running = null
    for (const q of quiets) q.abort()
  })
  return { data, problem, busy, reload, look, refresh }
}
