// The item at a glance: the one next step for whose turn it is, the first promise beside what holds now, the way so far.
import { axe, check, open, run, shot, signIn } from './lib.mjs'

const ask = (page, path) => page.evaluate(async (p) => (await fetch(p)).json(), path)
const text = (page, part) => page.locator(`[data-test="${part}"]`).innerText()

/** The first item that the account sees for which the answer of its page fits. */
async function first(page, filter, fits) {
  for (const r of (await ask(page, `/api/v1/items?limit=200${filter}`)).rows) {
    const d = await ask(page, `/api/v1/item?item=${r.id}`)
    if (fits(d)) return d
  }
  throw new Error(`no item fits: ${fits}`)
}
const stepOf = (d, command) => d.loop.steps.find((s) => s.command === command)
const quiet = (d) => ![...d.changes, ...d.objections].some((c) => c.state === 'pending')

export async function itemPage(browser, base) {
  const sup = await open(browser, base)
  await signIn(sup, 'ducha')
  await run('item: the verifier is told to verify, and may at once', async () => {
    const d = await first(sup, '&state=reported', (x) => quiet(x) && stepOf(x, 'item.pass')?.allowed)
    await sup.goto(`/item/${d.item.code}`)
    await sup.waitForSelector('[data-test="next"] button')
    check((await text(sup, 'next')).includes('核验通过'), await text(sup, 'next'))
    const found = await axe(sup)
    check(found.length === 0, found.join('\n'))
    await sup.click('[data-test="next"] button')
    await sup.waitForSelector('.el-dialog textarea')
    await sup.keyboard.press('Escape')
  }, sup)
  await run('item: who is not asked sees whose turn it is, and no button', async () => {
    const d = await first(sup, '&state=accepted', (x) => quiet(x) && x.item.clock_kind === 'report' && x.item.person_name)
    await sup.goto(`/item/${d.item.code}`)
    await sup.waitForSelector('[data-test="next"]')
    const said = await text(sup, 'next')
    check(said.includes('报进展') && said.includes(d.item.lead_unit_name) && said.includes(d.item.person_name), said)
    check((await sup.locator('[data-test="next"] button').count()) === 0, 'a button that is not theirs')
  }, sup)
  await run('item: the first promise stands beside what holds now', async () => {
    const d = await first(sup, '', (x) => x.item.first_due_day && x.item.first_due_day !== x.item.due_day)
    await sup.goto(`/item/${d.item.code}`)
    await sup.waitForSelector('[data-test="promise"] del')
    const terms = await ask(sup, `/api/v1/item_baselines?item=${d.item.id}&from=1&to=now`)
    const due = terms.fields.find((f) => f.field === 'due_day')
    check(due.differs, 'the answer does not tell the due day apart')
    const [was, is] = [await sup.locator('[data-test="promise"] del').allInnerTexts(), await sup.locator('[data-test="promise"] ins').allInnerTexts()]
    check(was.includes(due.from) && is.includes(due.to), `${due.from} → ${due.to} is not in ${was} → ${is}`)
    await shot(sup, 'item-page-moved')
    await sup.click('[data-test="promise"] button')
    await sup.waitForSelector('.compare .differs')
  }, sup)
  await run('item: reports in a row are one line of the way', async () => {
    const d = await first(sup, '&state=accepted', (x) => x.reports.length > 2 && quiet(x))
    await sup.goto(`/item/${d.item.code}`)
    await sup.waitForSelector('[data-test="way"] li')
    const lines = await sup.locator('[data-test="way"] li').allInnerTexts()
    check(lines.length <= 7, `${lines.length} lines`)
    const own = d.story.filter((a) => a.command === 'item.report').length
    check(own < 3 || lines.some((l) => /报进展 × \d+/.test(l)), lines.join('\n'))
    await sup.click('[data-test="way"] button')
    await sup.waitForSelector('.story li')
  }, sup)
  await sup.close()
  const unit = await open(browser, base, { width: 360, height: 780, colorScheme: 'dark' })
  await signIn(unit, 'zjw')
  await run('item: on a phone the next step comes before the loop, and is done from there', async () => {
    const d = await first(unit, '&state=accepted', (x) => quiet(x) && x.item.clock_kind === 'report' && stepOf(x, 'item.report')?.allowed)
    await unit.goto(`/item/${d.item.code}`)
    await unit.waitForSelector('.loop svg')
    const [next, loop] = [await unit.locator('[data-test="next"]').boundingBox(), await unit.locator('.loop-panel').boundingBox()]
    check(next.y < loop.y, 'the loop stands before the next step')
    check(await unit.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'wider than the screen')
    await shot(unit, 'item-page-360')
    await unit.click('[data-test="next"] button')
    await unit.waitForURL(`**/report/${d.item.code}`)
  }, unit)
  await unit.close()
}
