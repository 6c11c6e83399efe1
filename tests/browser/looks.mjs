// Every room in every look: light, dark, high contrast, large type, no motion, paper; with texts half as long again,
// with titles nobody foresaw, wide and on a telephone. Each room is loaded once and changes its clothes.
import { axe, check, open, run, shot, signIn } from './lib.mjs'

const ITEM = '2023-02-01'
// Room, address, what stands when it has arrived.
const ROOMS = [
  ['my-day', '/my-day', '.owed li'],
  ['cockpit', '/cockpit', '.cockpit table tbody tr'],
  ['tasks', '/tasks', '.tabulator-row:not(.heading)'],
  ['item', `/item/${ITEM}`, '.loop svg .box.current'],
  ['registers', '/registers', 'main table tbody tr, main .empty'],
  ['reporting', '/reporting', 'main table, main .empty'],
  ['burden', '/reporting/burden', 'main table tbody tr'],
  ['plan', '/plan', 'main table, main .empty, main [role=treegrid]'],
  ['import', '/import', '#earlier'],
  ['journal', '/journal', '.journal > li'],
  ['units', '/admin/units', 'table.plain tbody tr'],
  ['totals', '/admin/totals', 'table tbody tr'],
  ['people', '/admin/people', 'table.plain tbody tr'],
  ['calendar', '/admin/calendar', '.month .k-off'],
  ['rules', '/admin/rules', 'table.plain tbody tr'],
]

const clean = async (page, look) => {
  const found = await axe(page)
  check(found.length === 0, `${look}: ${found.join('\n')}`)
}
/** What base/look.ts makes of a choice; that the choice itself works is for rooms.mjs. */
const dress = (page, set) => page.evaluate((s) => Object.assign(document.documentElement.dataset, s), set)
const undress = (page) => page.evaluate(() => {
  document.documentElement.dataset.theme = 'light'
  delete document.documentElement.dataset.type
})
async function fits(page, look) {
  const seen = await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('main')]
    const wide = boxes.find((b) => b.scrollWidth > b.clientWidth + 1)
    if (!wide) return ''
    const edge = wide.getBoundingClientRect().right
    // The outermost thing that stands over: not within something that scrolls by itself.
    const cut = (e) => { for (let p = e.parentElement; p && p !== wide; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return true; return false }
    const over = [...wide.querySelectorAll('*')].find((e) => e.getBoundingClientRect().right > edge + 1 && e.getBoundingClientRect().width > 0 && getComputedStyle(e).position !== 'fixed' && !cut(e))
    return `${wide.scrollWidth} of ${wide.clientWidth} px, first ${over?.tagName.toLowerCase()}.${over?.getAttribute('class') ?? ''} “${over?.textContent?.trim().slice(0, 30) ?? ''}”`
  })
  check(!seen, `${look}: stands over sideways: ${seen}`)
}
/** Texts smaller than the size promised, as “size class text”. */
const small = (page, least) => page.evaluate((n) => {
  const out = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let t = walk.nextNode(); t; t = walk.nextNode()) {
    const e = t.parentElement
    if (!t.data.trim() || !e || e.closest('.sr, svg, script, style, [aria-hidden=true]') || !e.checkVisibility()) continue
    const size = parseFloat(getComputedStyle(e).fontSize)
    if (size < n - 0.01) out.push(`${size} ${e.getAttribute('class') ?? e.tagName} ${t.data.trim().slice(0, 16)}`)
  }
  return [...new Set(out)].slice(0, 6)
}, least)
/** Every text of the page half as long again: what another language or another district brings. */
const lengthen = (page) => page.evaluate(() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const all = []
  for (let t = walk.nextNode(); t; t = walk.nextNode()) if (/\p{L}/u.test(t.data) && !t.parentElement?.closest('svg, script, style, option')) all.push(t)
  for (const t of all) t.data += t.data.trim().slice(0, Math.ceil(t.data.trim().length / 2))
})
const moving = (page) => page.evaluate(() => {
  const longest = (s) => Math.max(...s.split(',').map((x) => parseFloat(x) * (x.includes('ms') ? 1 : 1000)))
  return [...document.querySelectorAll('body, body *')].filter((e) => {
    const s = getComputedStyle(e)
    return longest(s.transitionDuration) > 20 || (s.animationName !== 'none' && longest(s.animationDuration) > 20)
  }).slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''}`)
})

async function clothes(page, name) {
  for (const theme of ['light', 'dark', 'contrast']) {
    await dress(page, { theme })
    await clean(page, theme)
  }
  await undress(page)
  await dress(page, { type: 'large' })
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Infinity))
  const too = await small(page, 18)
  check(!too.length, `large type: ${too.join('; ')}`)
  await fits(page, 'large type')
  await shot(page, `look-large-${name}`)
  await undress(page)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const still = await moving(page)
  check(!still.length, `moves although it should not: ${still.join(', ')}`)
  await page.emulateMedia({ reducedMotion: null, media: 'print' })
  const paper = await page.evaluate(() => ({ text: document.querySelector('main')?.innerText.trim().length ?? 0, frame: ['.topbar', '.rail'].some((s) => document.querySelector(s)?.checkVisibility()) }))
  check(paper.text > 20 && !paper.frame, `paper: ${JSON.stringify(paper)}`)
  await page.emulateMedia({ media: null })
}

export async function looks(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'ducha')
  for (const [name, path, marker] of ROOMS) {
    await run(`looks: ${name} in all its clothes, with long words`, async () => {
      await page.goto(path)
      await page.waitForSelector(marker)
      await clothes(page, name)
      await fits(page, 'wide')
      await lengthen(page)
      await fits(page, 'long words')
      await page.setViewportSize({ width: 360, height: 780 })
      await fits(page, 'long words on a telephone')
    }, page)
    await page.setViewportSize({ width: 1366, height: 768 })
  }

  await run('looks: titles without a place to break, in both languages', async () => {
    const zh = '关于进一步加强和改进重点难点堵点问题闭环整改销号管理工作的实施方案'.repeat(3).slice(0, 100)
    const en = 'Counterrevolutionizing_interdepartmentalization_without_any_space_at_all_'.repeat(2).slice(0, 100)
    for (const [i, title] of [zh, en].entries()) {
      const made = await page.evaluate(async ([t, n]) => {
        const s = await (await fetch('/api/v1/session')).json()
        const body = { register: 'ZDRW', title: t, standard: t, lead: 'SWJ', person: 'SWJ-1', deputy: 'SWJ-2', due: '2023-12-20' }
        const r = await fetch('/api/v1/do/item.draft', { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': s.csrf ?? s.csrf_token ?? '', 'Idempotency-Key': `looks-${n}` } })
        return r.json()
      }, [title, i])
      check(made.code, `drafted: ${JSON.stringify(made).slice(0, 200)}`)
      for (const [width, height] of [[1366, 768], [360, 780]]) {
        await page.setViewportSize({ width, height })
        await page.goto(`/item/${encodeURIComponent(made.code)}`)
        await page.waitForSelector('.item-head h1')
        await fits(page, `item ${width}`)
        await shot(page, `look-long-item-${i}-${width}`)
        await page.goto(`/tasks?q=${encodeURIComponent(title.slice(0, 12))}`)
        await page.waitForSelector(width > 700 ? '.tabulator-row:not(.heading)' : '.cards .panel')
        await fits(page, `tasks ${width}`)
        await shot(page, `look-long-tasks-${i}-${width}`)
      }
    }
  }, page)
  await page.context().close()
}
