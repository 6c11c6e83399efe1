/* Every screen has an address; Back works; what needs an account asks for one and comes back. */
import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import type { Word } from './i18n'
import { arrived, leaving, place, type Up } from './place'
import { begin } from './rooms/tasks/early'
import { business, hasRole, may, restore, session } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean
    title?: Word
    allowed?: () => boolean
    up?: Up
  }
}

export const reads = {
  tasks: () => business.value,
  import: () => may('import.preview'),
  journal: () => hasRole('leader', 'supervisor', 'analyst', 'auditor'),
  admin: () => session.value !== null,
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior(to, from, saved) {
    place(saved !== null, to.path !== from.path)
    return saved ?? (to.path === from.path ? false : { top: 0 })
  },
  routes: [
    { path: '/sign-in', component: () => import('./rooms/SignInRoom.vue'), meta: { open: true, title: 'room.signin' } },
    { path: '/report/:code', component: () => import('./rooms/ReportRoom.vue'), meta: { title: 'room.report', allowed: reads.tasks } },
    {
      path: '/', component: () => import('./ui/Frame.vue'),
      children: [
        // Decided after sign-in: who has no business data begins in the administration.
        { path: '', component: () => import('./rooms/NotFound.vue'), beforeEnter: () => (business.value ? '/my-day' : '/admin/units') },
        { path: 'my-day', component: () => import('./rooms/MyDayRoom.vue'), meta: { title: 'room.my_day', allowed: reads.tasks } },
        { path: 'cockpit', component: () => import('./rooms/cockpit/CockpitRoom.vue'), meta: { title: 'room.cockpit', allowed: reads.tasks } },
        { path: 'tasks', component: () => import('./rooms/tasks/TasksRoom.vue'), beforeEnter: (to) => begin(to.query), meta: { title: 'room.tasks', allowed: reads.tasks } },
        { path: 'item/:code', component: () => import('./rooms/item/ItemRoom.vue'), meta: { title: 'room.item', allowed: reads.tasks, up: () => ['/tasks', 'room.tasks'] } },
        { path: 'reporting', component: () => import('./rooms/reporting/ReportingRoom.vue'), meta: { title: 'room.reporting', allowed: reads.tasks } },
        { path: 'reporting/burden', component: () => import('./rooms/reporting/BurdenRoom.vue'), meta: { title: 'room.burden', allowed: reads.tasks, up: () => ['/reporting', 'room.reporting'] } },
        { path: 'reporting/:collection/:unit/:period', component: () => import('./rooms/reporting/FormRoom.vue'), meta: { title: 'room.reporting', allowed: reads.tasks, up: () => ['/reporting', 'room.reporting'] } },
        { path: 'plan/:tab?', component: () => import('./rooms/plan/PlanRoom.vue'), meta: { title: 'room.plan', allowed: reads.tasks } },
        { path: 'import', component: () => import('./rooms/import/ImportsRoom.vue'), meta: { title: 'room.import', allowed: reads.import } },
        { path: 'import/:batch', component: () => import('./rooms/import/BatchRoom.vue'), meta: { title: 'room.import', allowed: reads.import, up: () => ['/import', 'room.import'] } },
        { path: 'registers/:code?', component: () => import('./rooms/registers/RegisterRoom.vue'), meta: { title: 'room.registers', allowed: reads.tasks } },
        { path: 'registers/:code/import', component: () => import('./rooms/registers/RegisterImport.vue'), meta: { title: 'room.registers', allowed: reads.tasks, up: (to) => [`/registers/${encodeURIComponent(String(to.params.code))}`, 'room.registers'] } },
        { path: 'journal', component: () => import('./rooms/JournalRoom.vue'), meta: { title: 'room.journal', allowed: reads.journal } },
        { path: 'admin/:tab?', component: () => import('./rooms/admin/AdminRoom.vue'), meta: { title: 'room.admin' } },
        { path: 'no-permission', component: () => import('./rooms/NoPermission.vue'), meta: { title: 'room.no_permission' } },
        { path: ':rest(.*)*', component: () => import('./rooms/NotFound.vue'), meta: { title: 'room.not_found' } },
      ],
    },
  ],
})

router.beforeEach(async (to: RouteLocationNormalized) => {
  if (!session.value && !to.meta.open) {
    const signedIn = await restore().catch(() => false)
    if (!signedIn) return { path: '/sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  }
  leaving()
  if (to.meta.allowed && !to.meta.allowed()) return { path: '/no-permission', query: { from: to.path } }
  return true
})

router.afterEach((to, from) => {
  arrived(to, from)
  // A new screen begins at its title, for the keyboard and for screen readers.
  if (to.path !== from.path) {
    void nextTick(() => document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true }))
  }
})
