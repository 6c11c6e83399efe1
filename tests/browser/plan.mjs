// The plan: coverage of a document's clauses, goals that open into their parts, the tree, a template with no time.
import { axe, check, open, run, shot, signIn } from './lib.mjs'

export async function plan(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'ducha')
  await run('plan: clauses say who carries them out, and three nobody does', async () => {
    await page.goto('/plan')
    await page.waitForSelector('[data-clause="QTHY-2023-01"]')
    check((await page.locator('.plan-clauses tbody tr').count()) === 28, 'not 28 clauses')
    await page.getByLabel('只看没有任务的').check()
    check((await page.locator('.plan-clauses tbody tr').count()) === 3, 'not three uncovered clauses')
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
    await page.getByLabel('只看没有任务的').uncheck()
    await shot(page, 'plan-clauses')
  }, page)
  await run('plan: a clause becomes a task and is covered', async () => {
    await page.locator('[data-clause="QTHY-2023-20"]').getByRole('button', { name: '由此拟办' }).click()
    await page.waitForSelector('#plan-register option', { state: 'attached' })
    await page.getByRole('button', { name: '保存' }).click()
    await page.waitForSelector('[data-clause="QTHY-2023-20"] .linked a')
    check((await page.locator('.coverage').innerText()).includes('2 条没有任务'), 'the coverage did not follow')
  }, page)
  await run('plan: a goal opens into its items with shares', async () => {
    await page.goto('/plan/goals')
    await page.locator('[data-goal="G-2023-1"] button[title]').click()
    await page.waitForSelector('.el-dialog tbody tr')
    check((await page.locator('.el-dialog').innerText()).includes('60%'), 'no share of 60 %')
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
    await shot(page, 'plan-goal')
    await page.keyboard.press('Escape')
    await shot(page, 'plan-goals')
  }, page)
  await run('plan: the tree folds', async () => {
    await page.goto('/plan/tree')
    await page.waitForSelector('[data-code="FA-2023-01"]')
    await shot(page, 'plan-tree')
    await page.locator('[data-code="SL-2023-01"] button.fold').click()
    check((await page.locator('[data-code="FA-2023-01"]').count()) === 0, 'the plan is still shown')
  }, page)
  await run('plan: a template without time is not applied', async () => {
    await page.goto('/item/XM-2023-002?tab=plan')
    await page.getByRole('button', { name: '套用模板' }).click()
    await page.waitForSelector('#at-template option', { state: 'attached' })
    await page.locator('#at-template').selectOption({ label: '工程项目核准至竣工备案' })
    await page.locator('#at-start').fill('2023-07-03')
    await page.locator('#at-due').fill('2023-09-29')
    await page.locator('#at-due').blur()
    await page.waitForSelector('.el-dialog .notice')
    check(await page.getByRole('button', { name: '生成节点' }).isDisabled(), 'the nodes can be made all the same')
    await shot(page, 'plan-no-time')
  }, page)
  await page.close()
  const phone = await open(browser, base, { width: 360, height: 780 })
  await signIn(phone, 'ducha')
  await run('plan: on a phone nothing leaves the screen', async () => {
    for (const tab of ['clauses', 'goals', 'tree']) {
      await phone.goto(`/plan/${tab}`)
      await phone.waitForSelector('tbody tr')
      check(await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${tab} is wider than the screen`)
      await shot(phone, `plan-${tab}-360`)
    }
  }, phone)
  await phone.close()
}
