/* One dialog a screen: which of the plan's commands is being filled in, with what, about what. */
import { shallowRef } from 'vue'
import type { Values } from '@/rooms/item/forms'
import type { PlanForm } from './forms'

export interface Acting { form: PlanForm; extra: Values; begin: Values; about: string }

export function usePlanAct() {
  const acting = shallowRef<Acting | null>(null)
  /** extra goes with the body as it is; begin fills the form. */
  function start(form: PlanForm, about = '', extra: Values = {}, begin: Values = {}): void {
    acting.value = { form, extra, begin, about }
  }
  return { acting, start }
}
