/* What this device remembers: drafts (forms use base/form.ts) and settings. */
export interface Kept<T> { at: string; value: T }

export function keep<T>(name: string, value: T): void {
  try {
    localStorage.setItem(`draft:${name}`, JSON.stringify({ at: new Date().toISOString(), value }))
  } catch {
    // Private mode or a full store: the form still works, it only forgets on reload.
  }
}

export function kept<T>(name: string): Kept<T> | null {
  try {
    const s = localStorage.getItem(`draft:${name}`)
    return s ? (JSON.parse(s) as Kept<T>) : null
  } catch {
    return null
  }
}

export function forget(name: string): void {
  try {
    localStorage.removeItem(`draft:${name}`)
  } catch {
    // Nothing was kept.
  }
}

export function setting(name: string, fallback: string): string {
  try {
    return localStorage.getItem(`set:${name}`) ?? fallback
  } catch {
    return fallback
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`set:${name}`, value)
  } catch {
    // See keep().
  }
}
