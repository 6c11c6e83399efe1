/*
 * The one way a form keeps its words: they are written down at every change, come back after a reload or a
 * lost connection, and are dropped only when the server has answered that it is done (the outbox does that,
 * even when the form is gone by then) or when the person throws them away.
 */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Problem } from '@/api/client'
import { actByTable, waitingFor, withdraw } from '@/api/outbox'
import type { Done } from '@/api/types'
import { session } from '@/session'
import { forget, keep, kept } from './draft'
import type { Entry } from './queue'
import { asProblem } from './use'

export interface Draft {
  /** Words of an earlier time stand in the form. */
  restored: Ref<boolean>
  dirty: ComputedRef<boolean>
  busy: Ref<boolean>
  problem: ShallowRef<Problem | null>
  /** The command of this form that has not been answered, if there is one. */
  waiting: ComputedRef<Entry | null>
  discard: () => void
  withdraw: () => void
  /** Null when it was refused; the problem says why, and the words stay. */
  send: (command: string, body: Record<string, unknown>) => Promise<Done | null>
}

const copy = <T>(v: T): T => JSON.parse(JSON.stringify(v)) as T

/**
 * name: what tells this form from others, of one person. first: what stands in it at the beginning; null
 * until that is known. Objects take back the members that were kept, all else is taken back whole.
 */
export function useDraft<T>(value: Ref<T>, name: () => string, first: () => T | null): Draft {
  const restored = ref(false)
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const start = shallowRef('')
  const sent = ref(false)
  const full = (): string => `${session.value?.account.id ?? ''}:${name()}`
  const now = computed(() => JSON.stringify(value.value))
  const dirty = computed(() => start.value !== '' && !sent.value && now.value !== start.value)

  watch([full, () => first() !== null], () => {
    const begin = first()
    if (begin === null) return
    start.value = JSON.stringify(begin)
    sent.value = false
    const saved = kept<T>(full())
    restored.value = saved !== null
    if (!saved) value.value = copy(begin)
    else value.value = typeof begin === 'object' && !Array.isArray(begin) ? { ...copy(begin), ...saved.value } : saved.value
  }, { immediate: true })
  watch(now, () => {
    if (start.value === '') return
    sent.value = false
    if (dirty.value) keep(full(), value.value)
    else forget(full())
  })

  function discard(): void {
    forget(full())
    value.value = JSON.parse(start.value) as T
    restored.value = false
  }
  const waiting = computed(() => waitingFor(full()))
  // Sent before this page was loaded, and done now: what was said must not stand there to be said again.
  watch(waiting, (entry, was) => {
    if (was && !entry && !busy.value && kept(full()) === null) discard()
  })
  async function send(command: string, body: Record<string, unknown>): Promise<Done | null> {
    busy.value = true
    problem.value = null
    if (dirty.value) keep(full(), value.value)
    const given = now.value
    try {
      const done = await actByTable(command, body, full())
      sent.value = now.value === given
      restored.value = false
      return done
    } catch (e) {
      problem.value = asProblem(e)
      return null
    } finally {
      busy.value = false
    }
  }
  return { restored, dirty, busy, problem, waiting, discard, withdraw: () => waiting.value && withdraw(waiting.value.key), send }
}

/** Several refs as one value, for forms whose fields stand apart. */
export function together<T extends Record<string, unknown>>(refs: { [K in keyof T]: Ref<T[K]> }): Ref<T> {
  const names = Object.keys(refs) as (keyof T)[]
  return computed<T>({
    get: () => Object.fromEntries(names.map((k) => [k, refs[k].value])) as T,
    set: (v) => names.forEach((k) => (refs[k].value = v[k])),
  })
}
