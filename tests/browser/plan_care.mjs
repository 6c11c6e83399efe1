// Keeping the plan: goals and shares, places, recurring items and what could not be drafted, templates, waivers.
import { axe, check, choose, expected, open, pickDay, run, serve, shot, signIn } from './lib.mjs'

async function api(page, path, body) {
  return page.evaluate(async ([p, b]) => {
    const { csrf } = b === null ? {} : await (await fetch('/api/v1/session')).json()
    const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, 'Idempotency-Key': crypto.randomUUID() }
    const r = await fetch(p, b === null ? {} : { method: 'POST', headers, body: JSON.stringify(b) })
    const text = await r.text()
    if (!r.ok) throw new Error(`${p}: ${r.status} ${text}`)
    return JSON.parse(text)
  }, [path, body ?? null])
}
const save = (page) => page.locator('.el-dialog:visible button.primary').last().click()
const gone = (page) => page.waitForFunction(() => ![...document.querySelectorAll('.el-dialog')].some((d) => d.offsetParent !== null))

export async function planCare(browser) {
  const server = await serve()
  try {
    await office(browser, server.base)
    await refused(browser)
    await others(browser, server.base)
  } finally {
    await server.stop()
  }
}

async function goals(page) {
  await run('plan: a goal is set up, changed and removed', async () => {
    await page.goto('/plan/goals')
    await page.getByRole('button', { name: '新设目标' }).click()
    await page.waitForSelector('[id="goal.add-code"]')
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
    await page.fill('[id="goal.add-code"]', 'G-TEST')
    await page.fill('[id="goal.add-name"]', '全年完成十二个老旧小区改造')
    await page.selectOption('[id="goal.add-horizon"]', 'year')
    await page.selectOption('[id="goal.add-kind"]', 'binding')
    await pickDay(page, 'goal.add-first_day', '2023-01-01')
    await pickDay(page, 'goal.add-last_day', '2023-12-31')
    await shot(page, 'plan-goal-form')
    expected.on = true
    await save(page)
    await page.waitForSelector('.el-dialog .wrong')
    check((await page.locator('.el-dialog').innerText()).includes('约束性'), 'a binding goal without target was taken')
    expected.on = false
    await page.selectOption('[id="goal.add-comparator"]', 'ge')
    await page.fill('[id="goal.add-target"]', '12')
    await page.fill('[id="goal.add-target_unit"]', '个')
    await save(page)
    await page.waitForSelector('[data-goal="G-TEST"]')
    await gone(page)
    await page.locator('[data-goal="G-TEST"]').getByRole('button', { name: /^修改/ }).click()
    await page.fill('[id="goal.edit-target"]', '15')
    await save(page)
    await page.waitForFunction(() => document.querySelector('[data-goal="G-TEST"]')?.textContent?.includes('15'))
    await gone(page)
    await page.locator('[data-goal="G-TEST"]').getByRole('button', { name: /^删除目标/ }).click()
    await save(page)
    await page.waitForFunction(() => !document.querySelector('[data-goal="G-TEST"]'))
  }, page)
  await run('plan: an item’s shares come to 100 %', async () => {
    await page.goto('/item/2023-01-03?tab=plan')
    await page.getByRole('button', { name: '设定目标与份额' }).click()
    await page.fill('.el-dialog .share .num', '70')
    check((await page.locator('[data-test="shares"]').innerText()).includes('70%'), 'the sum is not told')
    expected.on = true
    await save(page)
    await page.waitForFunction(() => document.querySelector('.el-dialog')?.textContent?.includes('应为 100%') && document.querySelector('.el-dialog .trouble, .el-dialog .wrong, .el-dialog [role=alert]'))
    expected.on = false
    await page.getByRole('button', { name: '增加目标' }).click()
    check((await page.locator('.el-dialog .share .num').nth(1).inputValue()) === '30', 'the rest is not offered')
    await page.locator('.el-dialog .share select').nth(1).selectOption({ index: 2 })
    await shot(page, 'plan-shares')
    await save(page)
    await gone(page)
    check((await page.locator('.plan-tab').innerText()).includes('30%'), 'the second share is not shown')
  }, page)
  await run('plan: an item is put below another', async () => {
    await page.goto('/item/2023-01-05?tab=plan')
    await page.getByRole('button', { name: '调整位置与权重' }).click()
    await page.fill('[id="item.place-weight"]', '25')
    await page.fill('[id="item.place-reason"]', '按组团重新分配权重')
    await save(page)
    await gone(page)
    const plan = await api(page, '/api/v1/item_tree?item=2023-01-05')
    check(plan.rows[0].weight === 25, `the weight is ${plan.rows[0].weight}`)
  }, page)
}

async function recurring(page) {
  await run('plan: an item recurs, a period is skipped, it stops', async () => {
    await page.goto('/plan/recur')
    await page.getByRole('button', { name: '设为周期事项' }).click()
    await choose(page, 'item.recur-item', '2023-01-04', '2023-01-04')
    await pickDay(page, 'item.recur-first_day', '2023-06-01')
    await shot(page, 'plan-recur-form')
    await save(page)
    await page.waitForSelector('[data-recurs="2023-01-04"]')
    await gone(page)
    await page.locator('[data-recurs="2023-01-04"]').getByRole('button', { name: '跳过一期' }).click()
    await page.fill('[id="item.recur_skip-period"]', '2023-08')
    await page.fill('[id="item.recur_skip-reason"]', '与半年会合并')
    await save(page)
    await gone(page)
    await page.locator('[data-recurs="2023-01-04"]').getByRole('button', { name: '停止周期' }).click()
    await page.fill('[id="item.recur_stop-reason"]', '不再需要')
    await save(page)
    await page.waitForFunction(() => document.querySelector('[data-recurs="2023-01-04"]')?.textContent?.includes('不再需要'))
  }, page)
}

async function refused(browser) {
  // The timer looks once a day, so the code is taken and the rule set before the server starts.
  const server = await serve([], [
    ['item.draft', { register: 'ZDRW', title: '占用编号的事项', code: '2023-01-06-2023-07' }, 'ducha'],
    ['item.recur', { item: '2023-01-06', every: 'month', due_on: 'last_working_day', first_day: '2023-07-01', ahead: 1 }, 'ducha'],
  ])
  const page = await open(browser, server.base)
  await signIn(page, 'ducha')
  await run('plan: a period that could not be drafted is told to the office', async () => {
    for (let i = 0; i < 60 && !(await api(page, '/api/v1/my_day')).refused?.length; i++) await page.waitForTimeout(500)
    await page.goto('/')
    await page.waitForSelector('[data-test="refused"]')
    check((await page.locator('[data-test="refused"]').innerText()).includes('2023-07 未能拟办'), 'the period is not named')
    await shot(page, 'plan-refused-day')
    await page.goto('/plan/recur')
    await page.waitForSelector('[data-refused]')
    await shot(page, 'plan-recur')
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
  }, page)
  await page.close()
  await server.stop()
}

async function templates(page) {
  await run('plan: a template is made, its nodes change, it ends', async () => {
    await page.goto('/plan/templates')
    await page.getByRole('button', { name: '新建模板' }).click()
    await page.fill('[id="template.declare-code"]', 'T-TEST')
    await page.fill('[id="template.declare-name"]', '背街小巷整治')
    await page.fill('[id="template.declare-source"]', '示例')
    await page.selectOption('[id="template.declare-basis"]', 'example')
    await save(page)
    const own = page.locator('[data-template="T-TEST"]')
    await own.waitFor()
    await gone(page)
    await own.locator('summary').click()
    await own.getByRole('button', { name: '增加节点' }).click()
    await page.fill('[id="template.node-code"]', '01')
    await page.fill('[id="template.node-name"]', '入户摸底')
    await page.fill('[id="template.node-duration"]', '10')
    await page.fill('[id="template.node-standard"]', '逐户登记')
    await page.fill('[id="template.node-source"]', '示例')
    await shot(page, 'plan-node-form')
    await save(page)
    await own.locator('[data-node="01"]').waitFor({ state: 'attached' })
    await gone(page)
    if (!(await own.evaluate((d) => d.open))) await own.locator('summary').click()
    await own.getByRole('button', { name: '修改 入户摸底' }).click()
    await page.fill('[id="template.node_edit-duration"]', '12')
    await save(page)
    await page.waitForFunction(() => document.querySelector('[data-template="T-TEST"] [data-node="01"]')?.textContent?.includes('12'))
    await gone(page)
    await shot(page, 'plan-templates')
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
    await own.getByRole('button', { name: '停用模板' }).click()
    await page.fill('[id="template.end-reason"]', '并入老旧小区模板')
    await save(page)
    await page.waitForFunction(() => !document.querySelector('[data-template="T-TEST"]'))
  }, page)
}

async function office(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'ducha')
  await goals(page)
  await recurring(page)
  await templates(page)
  await page.close()
}

async function others(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'quzhang')
  await run('plan: a waiver is given, its reason changed, and ended', async () => {
    const all = await api(page, '/api/v1/items?limit=200')
    const child = all.rows.find((r) => r.code === 'XM-2023-001')
    const { parent } = await api(page, `/api/v1/item?item=${child.id}`)
    const above = await api(page, `/api/v1/item?item=${parent.id}`)
    check(['accepted', 'reported'].includes(above.item.state), `${above.item.code} is ${above.item.state}`)
    await page.goto('/plan/waivers')
    await page.getByRole('button', { name: '豁免子事项' }).click()
    await choose(page, 'item.waive-item', above.item.code, above.item.code)
    await choose(page, 'item.waive-child', child.code, child.title)
    await page.fill('[id="item.waive-reason"]', '跨年实施')
    await save(page)
    const row = page.locator(`[data-waiver="${child.code}"]`)
    await row.waitFor()
    await gone(page)
    await row.getByRole('button', { name: /^修改/ }).click()
    await page.fill('[id="item.waive-reason"]', '跨年实施，2024年6月完成')
    await save(page)
    await page.waitForFunction(() => document.querySelector('[data-waiver]')?.textContent?.includes('2024年6月'))
    await gone(page)
    await shot(page, 'plan-waivers')
    await row.getByRole('button', { name: /^撤销豁免/ }).click()
    await page.fill('[id="item.end_waiver-reason"]', '又能按期完成')
    await save(page)
    await row.waitFor({ state: 'detached' })
  }, page)
  await page.close()
  const phone = await open(browser, base, { width: 360, height: 780, colorScheme: 'dark' })
  await signIn(phone, 'ducha')
  await run('plan: the screens of its care fit a phone', async () => {
    for (const tab of ['goals', 'recur', 'templates', 'waivers']) {
      await phone.goto(`/plan/${tab}`)
      await phone.waitForSelector('.plan-tabs')
      await phone.waitForTimeout(400)
      check(await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${tab} is wider than the screen`)
      await shot(phone, `plan-care-${tab}-360`)
    }
  }, phone)
  await phone.close()
}
