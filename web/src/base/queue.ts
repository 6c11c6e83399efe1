/*
 * The outbox without a browser: what an answer means for a command that was sent, in which order waiting
 * commands go, when to try again, and which waiting command a new one is the same as.
 */
export type State = 'sending' | 'waiting' | 'withdrawn' | 'done' | 'refused'

export interface Entry {
  /** The idempotency key: made once, sent with every try. */
  key: string
  account: string
  /** The delegation under which it was given; '' for oneself. */
  acting: string
  command: string
  body: string
  /** The draft that a confirmed answer drops. */
  draft: string
  /** What the draft was when it was sent: a newer one is not dropped. */
  drafted: string
  /** Where it was given, to come back to. */
  path: string
  title: string
  /** Milliseconds of this device, as are due and told. */
  at: number
  tries: number
  state: State
  due: number
  told: number
  why: string
  tab: string
}

/** Words of these are never written down: they wait in memory only. */
const SECRET = new Set(['account.add', 'account.password', 'session.open'])
export const isSecret = (command: string): boolean => SECRET.has(command)

/** No answer, or none that says whether it was done: the same key goes again. All else is the server's word. */
export function undecided(status: number, code: string): boolean {
  return status === 0 || status === 401 || status === 408 || status === 425 || status === 429 || status >= 500 || code === 'unknown_outcome'
}

export const TIMEOUT_MS = 60_000
/** What another tab is sending is left to it for as long as it can take; then that tab is gone. */
export const ORPHAN_MS = TIMEOUT_MS + 15_000
const REVIVE_MS = 3_600_000
const KEEP_MS = 24 * 3_600_000

export function isDue(e: Entry, now: number, tab: string): boolean {
  if (e.state === 'waiting') return e.due <= now
  return e.state === 'sending' && e.tab !== tab && now - e.due > ORPHAN_MS
}

/** One after the other as they were given. */
export const inOrder = (list: Entry[]): Entry[] => [...list].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))

/** The same words given again while nobody knows what became of them are the same command, with the same key. */
export function sameAs(list: Entry[], now: number, account: string, acting: string, command: string, body: string): Entry | null {
  return list.find((e) => e.account === account && e.acting === acting && e.command === command && e.body === body &&
    (e.state === 'waiting' || e.state === 'sending' || (e.state === 'withdrawn' && now - e.told < REVIVE_MS))) ?? null
}

/** What has been told, or was taken back long ago, is forgotten; what waits never is. */
export function isOver(e: Entry, now: number): boolean {
  if (e.state === 'withdrawn') return now - e.told > REVIVE_MS
  return (e.state === 'done' || e.state === 'refused') && now - e.told > KEEP_MS
}
