/* Acting for somebody who is absent: the browser says so with each request, by a cookie that links carry, too. */
import { remember, setting } from './base/draft'

const NAME = 'acting'
export const actingFor = (): string => setting(NAME, '')

/** delegation: '' for oneself. What stands on the screen is another person's: everything is loaded anew. */
export function actFor(delegation: string, reload = true): void {
  remember(NAME, delegation)
  document.cookie = `${NAME}=${delegation}; Path=/; SameSite=Strict; Max-Age=${delegation ? 12 * 3600 : 0}`
  if (reload) location.assign('/')
}
