// A year of a unit's life on a server of its own: two sub-districts merge, a department splits, one is renamed,
// somebody leaves; the totals then and now, and nothing without somebody who answers for it.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { axe, bihuan, check, choose, expected, open, run, serve, shot, signIn } from './lib.mjs'

const totals = async (page) => {
  await page.locator('[data-test=unit-totals] tbody tr').first().waitFor()
  const rows = await page.locator('[data-test=unit-totals] tbody tr').evaluateAll((trs) => trs.map((tr) => [...tr.cells].map((c) => c.innerText.trim())))
  return { of: new Map(rows.map((r) => [r[0], Number(r[1])])), sum: Number(await page.locator('[data-test=unit-sum]').innerText()), rows }
}
const ask = (page, path) => page.evaluate(async (p) => (await fetch(`/api/v1/${p}`)).json(), path)

export async function units(browser) {
  const server = await serve()
  const admin = await open(browser, server.base), page = await open(browser, server.base)
  let before
  const change = async (row, kind) => {
    await admin.goto('/admin/units')
    await admin.locator(`[data-test=change-${row}]`).click()
    await admin.locator(`[data-test=kind-${kind}]`).click()
    await admin.fill('#uc-doc', '示例〔2023〕1号')
  }
  const done = async () => {
    await admin.locator('[data-test=unit-do]').click()
    await admin.locator('[role=status].notice').waitFor()
  }
  try {
    await signIn(admin, 'xitong')
    await signIn(page, 'ducha')
    await run('units: totals before anything changes', async () => {
      await page.goto('/admin/totals')
      before = await totals(page)
      check(before.of.get('和平里街道') > 0, 'the sub-district has items')
    }, page)
    await run('units: two sub-districts merge, with what moves shown first', async () => {
      await change('J10', 'merge')
      await choose(admin, 'uc-from-1', '前门', '前门街道')
      await admin.fill('#uc-code', 'JHP')
      await admin.fill('#uc-name', '和平前门街道')
      await admin.locator('[data-test=unit-preview]').waitFor()
      await shot(admin, 'units-merge')
      const found = await axe(admin)
      check(found.length === 0, found.join('\n'))
      await done()
      check((await admin.getByText('和平前门街道').count()) > 0, 'the new one stands in the tree')
      check((await admin.locator('[data-test=history-J10]').count()) === 0, 'the old one does not')
      await shot(admin, 'units-tree')
    }, admin)
    await run('units: totals now and then are the same in sum', async () => {
      await page.goto('/admin/totals')
      const now = await totals(page)
      check(now.sum === before.sum, `${now.sum} of ${before.sum}`)
      check(now.of.get('和平前门街道') === before.of.get('和平里街道') + (before.of.get('前门街道') ?? 0), 'the new one has what both had')
      await shot(page, 'units-totals')
      await page.locator('[data-test=as-then]').click()
      await page.fill('#ut-on', '2023年6月1日')
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: '和平里街道' }).waitFor()
      const then = await totals(page)
      check(then.sum === before.sum && then.of.get('和平里街道') === before.of.get('和平里街道'), 'as it was')
      check(!then.of.has('和平前门街道'), 'what came later is not there')
    }, page)
    await run('units: the task list as organised now, then, and on a day', async () => {
      const id = (await ask(page, 'units')).rows.find((u) => u.code === 'JHP').id
      const n = async (more) => (await ask(page, `items_grid?unit=${id}${more}`)).n
      const shows = (count) => page.waitForFunction((x) => document.querySelector('.tasks-head [role=status]')?.textContent.includes(`${x} 件`), count)
      const now = await n('')
      check(now > 0, 'the new unit has what both had')
      await page.goto(`/tasks?unit=${id}`)
      await shows(now)
      await page.selectOption('#organised', 'then')
      await page.waitForURL(/organised=then/)
      await shows(await n('&organised=then'))
      await page.fill('#organised-on', '2023年6月1日')
      await page.keyboard.press('Enter')
      await page.waitForURL(/on=2023-06-01/)
      check((await n('&organised=then&on=2023-06-01')) === 0, 'before it was founded it led nothing')
      await shows(0)
      await shot(page, 'units-tasks-then')
      await page.selectOption('#organised', '')
      await shows(now)
    }, page)
    await run('units: a department splits by shares, refused until somebody answers for each item', async () => {
      const items = await ask(page, `items?unit=${(await ask(page, 'units')).rows.find((u) => u.code === 'SWJ').id}&state=accepted`)
      await change('SWJ', 'split')
      await admin.fill('#uc-pc-0', 'SW1')
      await admin.fill('#uc-pn-0', '区商业局')
      await admin.fill('#uc-ps-0', '600')
      await admin.fill('#uc-pc-1', 'SW2')
      await admin.fill('#uc-pn-1', '区外贸局')
      check(await admin.locator('[data-test=unit-do]').isDisabled(), 'shares of 1100 do not go')
      await admin.fill('#uc-ps-1', '400')
      const code = items.rows[0].code
      await admin.getByLabel(`去向 ${code}`).first().selectOption('1')
      await shot(admin, 'units-split')
      expected.on = true // the refusal
      await admin.locator('[data-test=unit-do]').click()
      await admin.getByText(code).locator('visible=true').first().waitFor()
      await admin.locator('[role=alert]').first().waitFor()
      await shot(admin, 'units-split-refused')
      expected.on = false
      for (const [i, n] of [['主要负责人', 1], ['分管负责人', 1]]) await admin.getByLabel(new RegExp(`去向 区商务局 ${i}`)).selectOption(String(n))
      await admin.getByLabel(`去向 ${code}`).first().selectOption('1')
      for (const other of items.rows.slice(1)) await admin.getByLabel(`去向 ${other.code}`).first().selectOption('1')
      const rest = await ask(admin, `unit_change_preview?unit=${(await ask(admin, 'units')).rows.find((u) => u.code === 'SWJ').id}`)
      for (const it of rest.items.filter((x) => x.part === 'lead')) await admin.getByLabel(`去向 ${it.code}`).first().selectOption('1')
      await done()
    }, admin)
    await run('units: a rename keeps the old name for its time', async () => {
      await change('ZJW', 'rename')
      await admin.fill('#uc-name', '区住房和建设局')
      await done()
      await admin.locator('[data-test=history-ZJW]').click()
      const text = await admin.locator('[data-test=unit-history]').innerText()
      check(text.includes('区住房和城市建设委员会') && text.includes('区住房和建设局'), text)
      await shot(admin, 'units-history')
    }, admin)
    await run('units: somebody leaves and hands everything over', async () => {
      await admin.goto('/admin/people')
      await admin.locator('[data-test=hand-FGW-1]').click()
      await admin.fill('#ho-reason', '退休')
      await admin.locator('[data-test=leaving] tbody tr').first().waitFor()
      expected.on = true
      await admin.locator('button[data-test=hand-over]').click()
      await admin.locator('[role=alert]').first().waitFor()
      expected.on = false
      await choose(admin, 'ho-to', '联络员', '区发改委 联络员')
      await shot(admin, 'units-leaving')
      await admin.locator('button[data-test=hand-over]').click()
      await admin.locator('[role=status].notice').waitFor()
    }, admin)
    await run('units: narrow, dark, and the sums agree to the end', async () => {
      await page.goto('/admin/totals')
      const now = await totals(page)
      check(now.sum === before.sum, `${now.sum} of ${before.sum}`)
      const found = await axe(page)
      check(found.length === 0, found.join('\n'))
      await page.setViewportSize({ width: 360, height: 780 })
      await shot(page, 'phone-units-totals')
      check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out')
      await admin.setViewportSize({ width: 360, height: 780 })
      await admin.goto('/admin/units')
      await admin.locator('[data-test=change-QZF]').click()
      await shot(admin, 'phone-units-change')
      await admin.emulateMedia({ colorScheme: 'dark' })
      await shot(admin, 'dark-units-change')
    }, page)
    await run('units: the check finds nothing ownerless', async () => {
      execFileSync(bihuan, ['check', '--store', `sqlite:${join(server.data, 'bihuan.db')}`, '--data', server.data], { stdio: ['ignore', 'ignore', 'pipe'] })
    })
  } finally {
    await page.context().close()
    await admin.context().close()
    await server.stop()
  }
}
