/*
 * Every command goes through here. Its key is made once and written down with it before it is sent, so
 * that a dropped connection, a reload or a restarted server neither loses nor doubles it: what got no
 * answer waits, is shown (ui/Outbox.vue), and goes again with the same key. A refusal is an answer: it
 * reaches the form that gave the command, whose words stay. One tab at a time sends what waits (a Web
 * Lock); every tab hears the answers. Without locks two tabs may send the same key, which does no harm.
 */
import { computed, shallowRef, watch } from 'vue'
import { actingFor } from '@/acting'
import { forget, kept } from '@/base/draft'
import { backOff } from '@/base/news'
import { inOrder, isDue, isOver, isSecret, ORPHAN_MS, sameAs, TIMEOUT_MS, undecided, type Entry } from '@/base/queue'
import { session } from '@/session'
import { commandDone, post, Problem } from './client'
import type { Commands, Done } from './types'

const PREFIX = 'outbox:'
const NAME = 'bihuan-outbox'

interface Caller { resolve: (done: Done) => void; reject: (p: Problem) => void }
interface Word { key: string; done?: Done; problem?: [string, number, string, string | null, string | null] }

const callers = new Map<string, Caller[]>()
const unwritten = new Map<string, Entry>()
const trying = new Set<string>()
export const entries = shallowRef<Entry[]>([])
const tab = tabName()

function newKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
}
function tabName(): string {
  try {
    const name = sessionStorage.getItem('tab') ?? newKey()
    sessionStorage.setItem('tab', name)
    return name
  } catch {
    return newKey()
  }
}

/* --- what is written down --- */

function read(): Entry[] {
  const list: Entry[] = [...unwritten.values()]
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const name = localStorage.key(i)
      const text = name?.startsWith(PREFIX) ? localStorage.getItem(name) : null
      if (text) list.push(JSON.parse(text) as Entry)
    }
  } catch {
    // No store: what waits lives as long as the page.
  }
  return inOrder(list)
}
function write(e: Entry): void {
  unwritten.delete(e.key)
  try {
    if (isSecret(e.command)) throw new Error('in memory only')
    localStorage.setItem(PREFIX + e.key, JSON.stringify(e))
  } catch {
    unwritten.set(e.key, e)
  }
  look()
}
function drop(key: string): void {
  unwritten.delete(key)
  try {
    localStorage.removeItem(PREFIX + key)
  } catch {
    // Nothing was written.
  }
  look()
}
function look(): void {
  entries.value = read()
}
function entryOf(key: string): Entry | null {
  return read().find((e) => e.key === key) ?? null
}
const words = (draft: string): string => JSON.stringify(kept(draft)?.value ?? '')
const own = (e: Entry): boolean => e.account === session.value?.account.id && e.acting === actingFor()

/** What the person at this screen should know of: waiting, or answered since and not yet read. */
export const shown = computed(() => entries.value.filter((e) => own(e) && e.state !== 'withdrawn' && (e.state !== 'sending' || e.tries > 0)))
export const waiting = computed(() => shown.value.filter((e) => e.state === 'waiting' || e.state === 'sending'))
export const waitingFor = (draft: string): Entry | null => waiting.value.find((e) => e.draft === draft) ?? null

/* --- sending --- */

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(NAME)
if (channel) channel.onmessage = (e: MessageEvent<Word>) => settle(e.data, false)

/** The forms that wait for this answer hear it, in this tab and, told on, in the others. */
function settle(w: Word, here: boolean): boolean {
  if (here) channel?.postMessage(w)
  const list = callers.get(w.key)
  callers.delete(w.key)
  for (const c of list ?? []) {
    if (w.done) c.resolve(w.done)
    else if (w.problem) c.reject(new Problem(...w.problem))
  }
  if (list && w.done) commandDone(w.done.seq)
  look()
  return list !== undefined
}

/** True when it was answered, one way or the other. */
async function attempt(e: Entry): Promise<boolean> {
  if (trying.has(e.key)) return false
  trying.add(e.key)
  write({ ...e, state: 'sending', tab, due: Date.now() })
  try {
    const done = await post(e.command, e.body, e.key, TIMEOUT_MS)
    if (e.draft && words(e.draft) === e.drafted) forget(e.draft)
    // A form that is still there says so itself; who left, came back, or took it back too late needs a note.
    if (!callers.has(e.key)) write({ ...e, state: 'done', told: Date.now() })
    else drop(e.key)
    settle({ key: e.key, done }, true)
    return true
  } catch (x) {
    const p = x instanceof Problem ? x : new Problem('offline', 0, '')
    const now = entryOf(e.key)
    if (now?.state === 'withdrawn') return true
    if (undecided(p.status, p.code)) {
      write({ ...e, state: 'waiting', tab, tries: e.tries + 1, due: Date.now() + backOff(e.tries + 1, Math.random()), why: p.code })
      return false
    }
    if (e.tries > 0) write({ ...e, state: 'refused', told: Date.now(), why: p.detail })
    else drop(e.key)
    settle({ key: e.key, problem: [p.code, p.status, p.detail, p.id, p.field] }, true)
    return true
  } finally {
    trying.delete(e.key)
  }
}

let timer = 0
function plan(): void {
  window.clearTimeout(timer)
  const dues = read().filter((e) => own(e) && (e.state === 'waiting' || (e.state === 'sending' && e.tab !== tab)))
    .map((e) => (e.state === 'waiting' ? e.due : e.due + ORPHAN_MS + 1000))
  if (dues.length) timer = window.setTimeout(() => void flush(false), Math.max(250, Math.min(...dues) - Date.now()))
}
async function sendWaiting(force: boolean): Promise<void> {
  const now = Date.now()
  for (const { key } of read().filter((e) => own(e) && (isDue(e, now, tab) || (force && e.state === 'waiting')))) {
    const e = entryOf(key)
    if (!e || e.state === 'withdrawn' || e.state === 'done' || e.state === 'refused') continue
    if (await attempt({ ...e, tries: Math.max(1, e.tries) })) continue
    // Nothing reaches the server: the others need not find that out one by one.
    const why = entryOf(key)?.why
    if (why === 'offline' || why === 'timeout') return
  }
}
/** force: now, whatever the wait; for the button and for the moment the connection is back. */
async function flush(force: boolean): Promise<void> {
  if (!session.value) return
  if (navigator.locks) {
    await navigator.locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? sendWaiting(force) : undefined)).catch(() => undefined)
  } else await sendWaiting(force)
  plan()
}
export const retryNow = (): Promise<void> => flush(true)

/** Gives a command; resolves with its answer, however long the connection is gone. draft: what the answer drops. */
export function actByTable(command: string, args: Record<string, unknown>, draft = ''): Promise<Done> {
  const body = JSON.stringify(args)
  const now = Date.now()
  const account = session.value?.account.id ?? ''
  const before = sameAs(read(), now, account, actingFor(), command, body)
  const drafted = draft ? words(draft) : ''
  const entry: Entry = before ? { ...before, draft, drafted } : {
    key: newKey(), account, acting: actingFor(), command, body, draft, drafted, path: location.pathname + location.search,
    title: document.title.split(' · ')[0] ?? '', at: now, tries: 0, state: 'waiting', due: now, told: 0, why: '', tab,
  }
  const answer = new Promise<Done>((resolve, reject) => {
    callers.set(entry.key, [...(callers.get(entry.key) ?? []), { resolve, reject }])
  })
  if (before?.state === 'withdrawn' || !read().some((e) => own(e) && e.state === 'waiting' && e.key !== entry.key)) {
    void attempt(entry).then(plan)
  } else {
    // What was given before goes before.
    write({ ...entry, state: 'waiting', due: now })
    void flush(true)
  }
  return answer
}
export function act<C extends keyof Commands>(command: C, args: Commands[C], draft = ''): Promise<Done> {
  return actByTable(command, args as Record<string, unknown>, draft)
}

/** Taken back before an answer came: the form gets its words back. It may have arrived, so its key is remembered. */
export function withdraw(key: string): void {
  const e = entryOf(key)
  if (!e) return
  write({ ...e, state: 'withdrawn', told: Date.now() })
  settle({ key, problem: ['withdrawn', 0, '', null, null] }, true)
}
export const dismiss = (key: string): void => drop(key)
/** The screen that gave them is gone: nobody there acts on the answer any more. */
export function detach(): void {
  for (const e of waiting.value) callers.delete(e.key)
}

/* --- life --- */

window.addEventListener('storage', (e) => {
  if (e.key !== null && !e.key.startsWith(PREFIX)) return
  look()
  plan()
})
window.addEventListener('online', () => void flush(true))
watch(() => session.value?.account.id ?? '', (account) => {
  if (!account) return look()
  for (const e of read()) {
    if (isOver(e, Date.now())) drop(e.key)
    // The page was loaded anew while it was on its way.
    else if (e.state === 'sending' && e.tab === tab && !trying.has(e.key)) write({ ...e, state: 'waiting', tries: e.tries + 1, due: Date.now() })
  }
  look()
  void flush(true)
}, { immediate: true })
