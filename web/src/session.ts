/* Who is signed in, what they may do, what day it is for them. */
import { computed, ref, shallowRef } from 'vue'
import { deleteSession, getSession, postSession, Problem, setCsrf, whenExpired } from './api/client'
import type { Role, Session, Welcome } from './api/types'
import { actFor } from './acting'
import { remember, setting } from './base/draft'

export const session = shallowRef<Session | null>(null)
export const welcome = shallowRef<Welcome | null>(null)
export const expired = ref(false)

let resume: (() => void) | null = null

function take(s: Session): void {
  session.value = s
  setCsrf(s.csrf)
  // A delegation that is over leaves nothing behind.
  if (!s.acting) actFor('', false)
}

/** Asks who is signed in; a device on which nobody signed in since the last sign-out is not asked. */
export async function restore(): Promise<boolean> {
  if (setting('signed-in', '') === '') return false
  try {
    take(await getSession())
    return true
  } catch (e) {
    if (e instanceof Problem && e.status === 401) {
      remember('signed-in', '')
      return false
    }
    throw e
  }
}

export async function signIn(login: string, password: string, district?: string): Promise<void> {
  take(await postSession(login, password, district))
  remember('signed-in', '1')
  expired.value = false
  resume?.()
  resume = null
}

export async function signOut(): Promise<void> {
  const district = setting('district', '')
  actFor('', false)
  try {
    await deleteSession()
  } finally {
    session.value = null
    setCsrf('')
    remember('signed-in', '')
    // The server had the browser forget all; which district this device is in is no secret.
    if (district) remember('district', district)
  }
}

// Requests that met the end of the session wait here until the person has signed in again.
whenExpired(() => {
  if (!session.value) return Promise.reject(new Problem('unauthenticated', 401, ''))
  expired.value = true
  return new Promise<void>((done) => {
    const before = resume
    resume = () => {
      before?.()
      done()
    }
  })
})

export const today = computed(() => session.value?.today ?? welcome.value?.today ?? '')
export const year = computed(() => session.value?.district.year ?? welcome.value?.district?.year ?? 0)
export function may(command: string): boolean {
  return session.value?.may.includes(command) ?? false
}
export function hasRole(...roles: Role[]): boolean {
  return roles.some((r) => session.value?.account.roles.includes(r))
}
export const business = computed(() => hasRole('leader', 'supervisor', 'unit', 'analyst', 'auditor'))
