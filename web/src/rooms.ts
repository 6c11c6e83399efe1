/* The rooms of the rail, in their order; key is the letter after g. */
import type { IconName } from '@/ui/icons'
import type { Word } from '@/i18n'
import { reads } from '@/router'

export type Room = { to: string; word: Word; icon: IconName; key: string; allowed: () => boolean }
export const ROOMS: Room[] = [
  { to: '/my-day', word: 'room.my_day', icon: 'day', key: 'd', allowed: reads.tasks },
  { to: '/cockpit', word: 'room.cockpit', icon: 'cockpit', key: 'c', allowed: reads.tasks },
  { to: '/tasks', word: 'room.tasks', icon: 'tasks', key: 't', allowed: reads.tasks },
  { to: '/registers', word: 'room.registers', icon: 'registers', key: 'r', allowed: reads.tasks },
  { to: '/reporting', word: 'room.reporting', icon: 'reporting', key: 'b', allowed: reads.tasks },
  { to: '/plan', word: 'room.plan', icon: 'plan', key: 'p', allowed: reads.tasks },
  { to: '/import', word: 'room.import', icon: 'import', key: 'i', allowed: reads.import },
  { to: '/journal', word: 'room.journal', icon: 'journal', key: 'j', allowed: reads.journal },
  { to: '/admin/units', word: 'room.admin', icon: 'admin', key: 'a', allowed: reads.admin },
]
