// The cockpit: figures that open their lists, their definitions, whose, what it looks like on paper.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { axe, check, open, run, shot, shots, signIn } from './lib.mjs'

async function seen(page, path = '/cockpit') {
  await page.goto(path)
  await page.waitForSelector('.cockpit .lines tbody tr')
}

/** How many pages a PDF has, by its page objects. */
function pages(pdf) {
  return (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length
}

export async function cockpit(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'quzhang')
  await run('cockpit: ten lines and more, no serious finding of axe', async () => {
    await seen(page)
    check((await page.locator('.lines tbody tr').count()) >= 10, 'fewer than ten lines')
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
    await shot(page, 'room-cockpit', { fullPage: true })
  }, page)
  await run('cockpit: every tile opens a list of as many', async () => {
    const names = await page.locator('.tiles a.figure').evaluateAll((all) => all.map((a) => a.getAttribute('aria-label')))
    check(names.length >= 4, `only ${names.length} figures`)
    for (const name of names) {
      await seen(page)
      const link = page.locator(`.tiles a.figure[aria-label="${name}"]`)
      const n = (await link.innerText()).trim()
      await link.click()
      await page.waitForSelector('h1')
      await page.waitForFunction((want) => document.querySelector('.tasks-head [role=status]')?.textContent?.includes(want), n)
      await page.goBack()
      await page.waitForSelector('.cockpit .lines tbody tr')
    }
  }, page)
  await run('cockpit: a figure says what it counts, and when', async () => {
    await seen(page)
    await page.locator('.tiles .def', { hasText: '已逾期' }).click()
    const dialog = page.locator('.el-dialog')
    await dialog.waitFor()
    const text = await dialog.innerText()
    check(/完成时限/.test(text) && /due_day < today/.test(text) && /日志第 \d+ 条/.test(text), text)
    await shot(page, 'cockpit-origin')
    await page.keyboard.press('Escape')
  }, page)
  await run('cockpit: one leader’s own, kept in the address', async () => {
    await seen(page)
    const all = Number((await page.locator('.tiles .figure').first().innerText()).trim())
    await page.locator('section[aria-labelledby=c-leaders] .def').first().click()
    await page.waitForURL(/leader=\d+/)
    await page.waitForFunction((n) => Number(document.querySelector('.tiles .num')?.textContent) < n, all)
    await page.reload()
    await page.waitForSelector('.cockpit .lines tbody tr')
    check(Number((await page.locator('.tiles .num').first().innerText()).trim()) < all, 'a reload forgot the leader')
  }, page)
  for (const [paper, format] of [['a4', 'A4'], ['a3', 'A3']]) {
    await run(`cockpit: one page of ${format}`, async () => {
      await seen(page)
      await page.selectOption('.cockpit select >> nth=2', paper)
      const pdf = await page.pdf({ preferCSSPageSize: true, path: join(shots, `cockpit-${paper}.pdf`) })
      check(pages(pdf) === 1, `${pages(pdf)} pages`)
      check(statSync(join(shots, `cockpit-${paper}.pdf`)).size > 10_000, 'an empty sheet')
      await page.emulateMedia({ media: 'print' })
      await shot(page, `cockpit-print-${paper}`, { fullPage: true })
      await page.emulateMedia({ media: 'screen' })
    }, page)
  }
  await page.context().close()
  for (const [name, width, height] of [['phone', 360, 780], ['wide', 1920, 1080]]) {
    const other = await open(browser, base, { width, height })
    await signIn(other, 'quzhang')
    await run(`cockpit: ${width} px`, async () => {
      await seen(other)
      const wide = await other.evaluate(() => document.documentElement.scrollWidth)
      check(wide <= width + 1, `scrolls sideways: ${wide}`)
      await shot(other, `cockpit-${name}`, { fullPage: true })
    }, other)
    await other.context().close()
  }
}
