/*
 * Live events: one stream for a browser, not for a tab. The tab that holds the lock has the stream and
 * passes on what it hears; where there are no locks (plain HTTP from another machine) each tab has its
 * own. A stream only says that the journal moved: screens then ask again what they show. A hidden tab
 * asks nothing and after a while gives the stream up; what it missed it asks when it is seen again.
 */
import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type ShallowRef } from 'vue'
import { whenDone } from '@/api/client'
import { backOff, Sequence } from '@/base/news'
import type { Loaded } from '@/base/use'
import { session } from '@/session'

const NAME = 'bihuan-live'
const SOON = 200 // a screen asks again this long after the news,
const SPREAD = 1200 // or up to this much later, so that not all browsers ask at once,
const GAP = 4000 // and not again before
const HIDDEN = 10_000
const CROWDED = 60_000

/** Since when nothing can be heard from the server; null when all is well. */
export const silentSince = ref<Date | null>(null)

const refreshers = new Set<() => unknown>()
const sequence = new Sequence()
let latest: number | null = null
let flushed = 0
let flushing = 0

function hear(seq: number): void {
  if (!Number.isSafeInteger(seq)) return
  const first = latest === null
  latest = seq
  if (first) sequence.reached(seq)
  else later()
}
function later(): void {
  if (flushing || latest === null || document.hidden) return
  const wait = Math.max(SOON + Math.random() * SPREAD, flushed + GAP - Date.now())
  flushing = window.setTimeout(flush, wait)
}
function flush(): void {
  flushing = 0
  if (latest === null || document.hidden || !sequence.reached(latest)) return
  flushed = Date.now()
  for (const refresh of refreshers) refresh()
}
whenDone((seq) => sequence.mine(Number(seq)))

/* --- the stream --- */

let stream: EventSource | null = null
let retry = 0
let failures = 0
let brokeAt: Date | null = null

function close(): void {
  window.clearTimeout(retry)
  stream?.close()
  stream = null
}
function again(ms: number): void {
  close()
  retry = window.setTimeout(connect, ms)
}
function said(e: MessageEvent<string>): void {
  failures = 0
  brokeAt = null
  tell({ seq: Number((JSON.parse(e.data) as { seq: string }).seq), silent: null })
}
function ended(e: MessageEvent<string>): void {
  const { why } = JSON.parse(e.data) as { why: string }
  if (why === 'session') close() // the next request asks for a new one
  else again(why === 'newer' ? CROWDED : backOff(2, Math.random()))
}
async function failed(): Promise<void> {
  brokeAt ??= new Date()
  failures++
  again(backOff(failures, Math.random()))
  if (failures < 2) return
  // A full server refuses streams and answers all else: that is no reason for alarm.
  const reached = await fetch('/healthz', { method: 'HEAD', cache: 'no-store' }).then(() => true, () => false)
  if (failures >= 2) tell({ silent: reached ? null : (brokeAt?.getTime() ?? null) })
}
function connect(): void {
  close()
  stream = new EventSource('/api/v1/events')
  stream.addEventListener('hello', said as (e: Event) => void)
  stream.addEventListener('changed', said as (e: Event) => void)
  stream.addEventListener('end', ended as (e: Event) => void)
  stream.onerror = () => void failed()
}

/* --- who has it --- */

interface Word { seq?: number; silent?: number | null; ask?: true }
let channel: BroadcastChannel | null = null
let wanted: AbortController | null = null // stands while this tab has the stream or waits for it
let leave: (() => void) | null = null // stands while it has it

function take(w: Word): void {
  if (w.silent !== undefined) silentSince.value = w.silent === null ? null : new Date(w.silent)
  if (w.seq !== undefined) hear(w.seq)
  if (w.ask && leave && latest !== null) channel?.postMessage({ seq: latest })
}
function tell(w: Word): void {
  take(w)
  channel?.postMessage(w)
}
function lead(): Promise<void> {
  connect()
  return new Promise((done) => {
    leave = () => {
      leave = null
      close()
      done()
    }
  })
}
function compete(): void {
  if (!channel || wanted || document.hidden) return
  wanted = new AbortController()
  const { signal } = wanted
  if (navigator.locks) navigator.locks.request(NAME, { signal }, lead).catch(() => undefined)
  else void lead()
}
function resign(): void {
  wanted?.abort()
  wanted = null
  leave?.()
}

let hiding = 0
function seen(): void {
  window.clearTimeout(hiding)
  if (document.hidden) {
    hiding = window.setTimeout(resign, HIDDEN)
    return
  }
  compete()
  later()
}
const online = (): void => {
  if (leave) again(0)
}

function start(): void {
  channel = new BroadcastChannel(NAME)
  channel.onmessage = (e: MessageEvent<Word>) => take(e.data)
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('online', online)
  channel.postMessage({ ask: true })
  compete()
}
function stop(): void {
  document.removeEventListener('visibilitychange', seen)
  window.removeEventListener('online', online)
  window.clearTimeout(hiding)
  resign()
  channel?.close()
  channel = null
  silentSince.value = null
}
watch(() => (session.value && !session.value.must_change ? session.value.csrf : ''), (signedIn) => {
  if (channel) stop()
  if (signedIn) start()
}, { immediate: true })

/* --- for screens --- */

/** Calls refresh soon after somebody else has changed something, while the screen is there and seen. */
export function useNews(refresh: () => unknown): void {
  onMounted(() => refreshers.add(refresh))
  onBeforeUnmount(() => refreshers.delete(refresh))
}

/** For what must not change under the reader: the newer answer waits until it is taken. */
export function useNewer<T>(loaded: Loaded<T>): { newer: ShallowRef<T | null>; takeNewer: () => void } {
  const newer = shallowRef<T | null>(null)
  useNews(async () => {
    const got = await loaded.look()
    if (got !== null) newer.value = JSON.stringify(got) === JSON.stringify(loaded.data.value) ? null : got
  })
  watch(loaded.data, () => (newer.value = null))
  return {
    newer,
    takeNewer() {
      if (newer.value !== null) loaded.data.value = newer.value
    },
  }
}
