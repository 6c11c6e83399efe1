/*
 * Days and instants as people read them. Instants arrive with the district's own offset, so the wall
 * clock is read from the text: the browser's time zone never shifts a deadline.
 */
export type Lang = 'zh' | 'en'

const WEEK_ZH = ['日', '一', '二', '三', '四', '五', '六']
const WEEK_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTH_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export interface Civil { y: number; m: number; d: number }

export function civil(day: string | null | undefined): Civil | null {
  const p = /^(\d{4})-(\d{2})-(\d{2})/.exec(day ?? '')
  return p ? { y: Number(p[1]), m: Number(p[2]), d: Number(p[3]) } : null
}

export function weekday(c: Civil): number {
  return new Date(Date.UTC(c.y, c.m - 1, c.d)).getUTCDay()
}

/** Days since 1970-01-01. */
export function dayNumber(day: string): number {
  const c = civil(day)
  return c ? Math.round(Date.UTC(c.y, c.m - 1, c.d) / 86_400_000) : NaN
}

export function addDays(day: string, n: number): string {
  return new Date((dayNumber(day) + n) * 86_400_000).toISOString().slice(0, 10)
}

/** 3月31日（周五）; with the year when it is not the year in hand. */
export function dayText(day: string | null | undefined, lang: Lang, yearInHand = 0): string {
  const c = civil(day)
  if (!c) return '—'
  const w = weekday(c)
  const far = c.y !== yearInHand
  if (lang === 'zh') return `${far ? `${c.y}年` : ''}${c.m}月${c.d}日（周${WEEK_ZH[w]}）`
  return `${WEEK_EN[w]} ${c.d} ${MONTH_EN[c.m - 1]}${far ? ` ${c.y}` : ''}`
}

/** For grid cells: 3月31日, and the year before it when it is another one. */
export function dayShort(day: string | null | undefined, lang: Lang, yearInHand = 0): string {
  const c = civil(day)
  if (!c) return '—'
  const far = c.y !== yearInHand
  if (lang === 'zh') return `${far ? `${c.y}年` : ''}${c.m}月${c.d}日`
  return `${c.d} ${MONTH_EN[c.m - 1]}${far ? ` ${c.y}` : ''}`
}

/** 3月31日（周五）14:05 */
export function instantText(at: string | null | undefined, lang: Lang, yearInHand = 0): string {
  const t = /T(\d{2}:\d{2})/.exec(at ?? '')
  if (!at || !t) return dayText(at, lang, yearInHand)
  return `${dayText(at, lang, yearInHand)}${lang === 'zh' ? '' : ', '}${t[1]}`
}

/** The civil day of an instant. */
export function dayOf(at: string | null | undefined): string | null {
  return at ? at.slice(0, 10) : null
}

export type Left = { key: 'left' | 'due_today' | 'overdue'; n: number } | null

/** How long is left, told as one of three sentences; the caller adds the unit of counting. */
export function left(days: number | null | undefined): Left {
  if (days === null || days === undefined) return null
  if (days === 0) return { key: 'due_today', n: 0 }
  return days > 0 ? { key: 'left', n: days } : { key: 'overdue', n: -days }
}

/** The reporting period a day falls in: 2023-03, 2023-Q1, 2023-H1, 2023-W13, by the item's cycle. */
export function periodOf(day: string, cycle: string | null | undefined): string {
  const c = civil(day)
  if (!c) return ''
  const mm = String(c.m).padStart(2, '0')
  switch (cycle) {
    case 'quarter': return `${c.y}-Q${Math.ceil(c.m / 3)}`
    case 'half': return `${c.y}-H${c.m <= 6 ? 1 : 2}`
    case 'tenday': return `${c.y}-${mm}-${c.d <= 10 ? 1 : c.d <= 20 ? 2 : 3}`
    case 'week': return isoWeek(day)
    default: return `${c.y}-${mm}`
  }
}

function isoWeek(day: string): string {
  const n = dayNumber(day)
  const c = civil(day) as Civil
  const monday0 = (weekday(c) + 6) % 7
  const thursday = new Date((n - monday0 + 3) * 86_400_000)
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const week = Math.floor((thursday.getTime() - first) / 604_800_000) + 1
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`
}
