/* The words of the interface. Chinese first; the other language without reload. */
import { computed, ref, watchEffect } from 'vue'
import { dayShort, dayText, instantText, left, type Lang } from '@/base/day'
import { remember, setting } from '@/base/draft'
import { enumsEn, enumsZh } from '@/api/enums'

import { en, zh } from './all'

export type Word = keyof typeof zh
export const lang = ref<Lang>(setting('lang', 'zh') === 'en' ? 'en' : 'zh')
const words = computed<Record<Word, string>>(() => (lang.value === 'zh' ? zh : en))

watchEffect(() => {
  if (typeof document === 'undefined') return
  document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en'
})

export function setLang(l: Lang): void {
  lang.value = l
  remember('lang', l)
}

export type Params = Record<string, string | number | null | undefined>

function fill(text: string, params?: Params): string {
  return params ? text.replace(/\{(\w+)\}/g, (_, k: string) => String(params[k] ?? '—')) : text
}

export function t(key: Word, params?: Params): string {
  return fill(words.value[key], params)
}

/** The word of a code: tc('state', 'closed'), from the ledger's own tables. An unknown code shows itself. */
export function tc(group: string, code: string | null | undefined): string {
  if (!code) return '—'
  const key = `${group}.${code}`
  if (key in zh) return words.value[key as Word]
  if (!(key in enumsZh)) return code
  if (lang.value === 'zh') return enumsZh[key as keyof typeof enumsZh]
  const en = enumsEn[key as keyof typeof enumsEn]
  return en.charAt(0).toUpperCase() + en.slice(1)
}

export function has(key: string): key is Word {
  return key in zh
}

let planYear = 0
export function setPlanYear(y: number): void {
  planYear = y
}
export const day = (d: string | null | undefined) => dayText(d, lang.value, planYear)
export const shortDay = (d: string | null | undefined) => dayShort(d, lang.value, planYear)
export const instant = (at: string | null | undefined) => instantText(at, lang.value, planYear)

/** “还剩 4 个工作日”, “今天到期”, “已逾期 3 天”. */
export function leftText(days: number | null | undefined, working: boolean): string {
  const l = left(days)
  if (!l) return ''
  if (l.key === 'due_today') return t('left.today')
  const one = lang.value === 'en' && l.n === 1
  const unit = working ? (one ? t('unit.workday1') : t('unit.workdays')) : one ? t('unit.day1') : t('unit.days')
  return t(l.key === 'left' ? 'left.left' : 'left.overdue', { n: l.n, unit })
}
