/*
 * The one way to the server: ask() for questions, upload() for files; commands go through outbox.ts. Every
 * failure becomes a Problem with a sentence, a place and an id that support can find in the log.
 */
import { undecided } from '@/base/queue'
import { lang } from '@/i18n'
import type { Done, Queries, Session, StoredFile } from './types'

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly id: string | null = null,
    readonly field: string | null = null,
    readonly position: number | null = null,
    readonly requestId: string | null = null,
  ) {
    super(detail)
  }
  /** Nothing arrived, or nobody knows whether it did: the same key may be sent again. */
  get unsure(): boolean {
    return undecided(this.status, this.code)
  }
}

let csrf = ''
export function setCsrf(token: string): void {
  csrf = token
}

/** Called when the session is over; resolves when somebody has signed in again. */
let onExpired: (() => Promise<void>) | null = null
export function whenExpired(handler: (() => Promise<void>) | null): void {
  onExpired = handler
}

/** Called with the journal sequence of each command that was done. */
let onDone: (seq: string) => void = () => undefined
export function whenDone(handler: (seq: string) => void): void {
  onDone = handler
}

/** What a screen asks by itself: no activity of the person, and no reason to ask for a sign-in. */
const background = new WeakSet<AbortSignal>()
export function inBackground(): AbortController {
  const c = new AbortController()
  background.add(c.signal)
  return c
}

interface Send {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  body?: BodyInit
  headers?: Record<string, string>
  signal?: AbortSignal
  /** A refused sign-in is no expired session. */
  plain?: boolean
}

function text(v: unknown): string | null {
  return typeof v === 'string' && v !== '' ? v : null
}

async function problemOf(answer: Response): Promise<Problem> {
  let p: Record<string, unknown> = {}
  try {
    p = (await answer.json()) as Record<string, unknown>
  } catch {
    // Not from our server (a proxy's page): the status is all there is.
  }
  return new Problem(
    text(p.code) ?? `http_${answer.status}`,
    answer.status,
    text(p.detail) ?? text(p.title) ?? `HTTP ${answer.status}`,
    text(p.id),
    text(p.field),
    typeof p.position === 'number' ? p.position : null,
    text(p.request_id) ?? answer.headers.get('X-Request-Id'),
  )
}

async function send<T>(s: Send): Promise<T> {
  const quiet = s.signal !== undefined && background.has(s.signal)
  for (let attempt = 0; ; attempt++) {
    let answer: Response
    try {
      const headers: Record<string, string> = {
        Accept: 'application/json',
        'Accept-Language': lang.value,
        ...s.headers,
      }
      if (quiet) headers['X-Background'] = '1'
      if (s.method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf
      answer = await fetch(s.path, {
        method: s.method, body: s.body, headers, signal: s.signal, credentials: 'same-origin',
      })
    } catch (e) {
      if (e instanceof DOMException && e.name === 'AbortError') throw e
      throw new Problem('offline', 0, '')
    }
    if (answer.ok) return (answer.status === 204 ? {} : await answer.json()) as T
    if (answer.status === 401 && !s.plain && !quiet && onExpired && attempt === 0) {
      await onExpired()
      continue
    }
    throw await problemOf(answer)
  }
}

export function query(params: Record<string, unknown>): string {
  const q = new URLSearchParams()
  for (const [k, v] of Object.entries(params)) {
    if (v !== undefined && v !== null && v !== '') q.set(k, String(v))
  }
  const s = q.toString()
  return s ? `?${s}` : ''
}

export function ask<Q extends keyof Queries>(
  name: Q, params: Queries[Q][0], signal?: AbortSignal,
): Promise<Queries[Q][1]> {
  return send({ method: 'GET', path: `/api/v1/${name}${query(params as Record<string, unknown>)}`, signal })
}

/** Sends a command once; only the outbox does, which keeps the key. A wait without end is a lost connection. */
export async function post(name: string, body: string, key: string, timeout: number): Promise<Done> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), timeout)
  try {
    return await send<Done>({
      method: 'POST', path: `/api/v1/do/${name}`, body, signal: over.signal,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    })
  } catch (e) {
    throw e instanceof DOMException ? new Problem('timeout', 0, '') : e
  } finally {
    clearTimeout(timer)
  }
}
export const commandDone = (seq: string): void => onDone(seq)

/** What a bulk command would do: run and undone by the server, so nothing was done and there is no news. */
export function preview<T>(name: string, body: Record<string, unknown>): Promise<T> {
  return send<T>({ method: 'POST', path: `/api/v1/do/${name}`, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}

export function upload(file: File): Promise<StoredFile> {
  return send({
    method: 'POST', path: '/api/v1/files', body: file,
    headers: {
      'Content-Type': file.type || 'application/octet-stream',
      'X-File-Name': encodeURIComponent(file.name),
    },
  })
}

export function fileUrl(hash: string, name: string): string {
  return `/api/v1/files/${hash}${query({ name })}`
}

export const getWelcome = (params: { district?: string; q?: string } = {}) =>
  send<import('./types').Welcome>({ method: 'GET', path: `/api/v1/welcome${query(params)}`, plain: true })
export const getSession = () => send<Session>({ method: 'GET', path: '/api/v1/session', plain: true })
/** district: a code, where the server serves several. */
export const postSession = (login: string, password: string, district?: string) =>
  send<Session>({
    method: 'POST', path: '/api/v1/session', plain: true,
    body: JSON.stringify({ login, password, district }), headers: { 'Content-Type': 'application/json' },
  })
export const deleteSession = () => send<unknown>({ method: 'DELETE', path: '/api/v1/session', plain: true })
