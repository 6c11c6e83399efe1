/* Drawn on a 20 px grid, in one stroke each. */
export const paths = {
  day: 'M4 4h12v13H4zM4 8h12M7 2v4M13 2v4M7 12l2 2 4-4',
  cockpit: 'M3 15a7 7 0 1 1 14 0M10 15l3.500-5M3 15h14M10 8v1.500M5.500 10l1 1',
  tasks: 'M3 5h2M3 10h2M3 15h2M8 5h9M8 10h9M8 15h9',
  registers: 'M3 4h14v12H3zM3 8h14M8 8v8M3 12h14',
  reporting: 'M3 4h14v12H3zM3 8h14M3 12h14M8 4v12M13 4v12',
  plan: 'M7 3h6v4H7zM2 13h6v4H2zM12 13h6v4h-6zM10 7v3M5 13v-3h10v3',
  import: 'M10 2v10M6 8l4 4 4-4M3 14v3h14v-3',
  journal: 'M5 2h10v16H5zM8 6h4M8 10h4M8 14h4',
  admin: 'M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7M10 2v2.500M10 15.500V18M2 10h2.500M15.500 10H18M4.500 4.500l1.800 1.800M13.700 13.700l1.800 1.800M15.500 4.500l-1.800 1.800M6.300 13.700l-1.800 1.800',
  search: 'M9 3a6 6 0 1 0 0 12A6 6 0 0 0 9 3M13.500 13.500L18 18',
  fold: 'M12 5l-5 5 5 5',
  open: 'M8 5l5 5-5 5',
  down: 'M5 8l5 5 5-5',
  close: 'M5 5l10 10M15 5L5 15',
  print: 'M6 7V3h8v4M4 7h12v7h-2M6 14H4V7M6 12h8v5H6z',
  person: 'M10 3a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7M3.500 17c.6-3.500 3.200-5 6.500-5s5.900 1.500 6.500 5',
  report: 'M4 16l1-4 8-8 3 3-8 8zM12 5l3 3',
}
export type IconName = keyof typeof paths
