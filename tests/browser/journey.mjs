// The main job as a new user would do it: a division document goes in; its tasks are approved and
// issued; the lead unit accepts, reports, finishes; the supervisor returns once, then verifies; closed
// and archived; and the whole history with its sources stands on the screen.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { axe, check, choose, open, pickDay, root, run as once, shot, signIn } from './lib.mjs'

const TASK = '提升改造应急避难场所5处'
const FILE = join(root, 'tests/fixtures/division/dongcheng-demo.txt')

/** Each step stands on the one before: after a failure the rest would only repeat it. */
async function run(name, job, page) {
  if (!(await once(name, job, page))) throw new Error(`the journey ends at: ${name}`)
}

/** Presses a step of the loop on the item page and waits for its form. */
async function step(page, command) {
  await page.click(`[data-command="${command}"]`)
  await page.waitForSelector('.el-dialog form')
}
async function submit(page) {
  await page.click('.el-dialog footer .btn.primary, .el-dialog__footer .btn.primary')
  await page.waitForSelector('.el-dialog', { state: 'hidden' })
}
async function state(page, word) {
  await page.waitForFunction((w) => document.querySelector('.item-head .tag.state')?.textContent?.trim() === w, word)
}

export async function journey(browser, base, dir) {
  const ducha = await open(browser, base)
  const quzhang = await open(browser, base)
  const yjj = await open(browser, base)
  let code = ''
  const item = () => `/item/${encodeURIComponent(code)}`

  await run('sign in with a demo account filled by one click', async () => {
    await ducha.goto('/')
    await ducha.waitForURL(/sign-in/)
    await ducha.waitForSelector('.demo li')
    await shot(ducha, 'sign-in')
    await ducha.click('.demo button:has-text("ducha")')
    await ducha.click('form button.primary')
    await ducha.waitForURL(/my-day/)
    await ducha.waitForSelector('.owed li')
    check((await ducha.textContent('h1')).includes('我欠什么'), 'the room asks its question')
  }, ducha)

  await run('the document is read and shown as a difference, every paragraph accounted for', async () => {
    await ducha.click('.rail a[href="/import"]')
    await ducha.setInputFiles('input[type=file]', FILE)
    await ducha.fill('#i-title', '2023年区政府工作报告重点任务分工方案（补充）')
    await shot(ducha, 'import-choose')
    await ducha.click('form button.primary')
    await ducha.waitForURL(/import\/\d+/)
    await ducha.waitForSelector('.doubt')
    check((await ducha.textContent('.conserved')).includes('全部有去处'), 'all paragraphs accounted for')
    check(await ducha.locator('.page-head .btn.primary').isDisabled(), 'apply waits for the doubtful rows')
    await shot(ducha, 'import-preview')
    const found = await axe(ducha)
    check(found.length === 0, found.join('\n'))
  }, ducha)

  await run('each doubtful row is confirmed with a candidate', async () => {
    for (let left = await ducha.locator('.doubt').count(), round = 0; left > 0; round++) {
      check(round < 20, 'the doubtful rows do not get fewer')
      const row = ducha.locator('.doubt').first()
      const candidates = row.locator('.candidate')
      for (let i = 0; i < (await candidates.count()); i++) {
        if ((await candidates.nth(i).getAttribute('aria-pressed')) !== 'true') await candidates.nth(i).click()
      }
      await row.locator('button.primary').click()
      await ducha.waitForFunction((n) => document.querySelectorAll('.doubt').length < n, left)
      left = await ducha.locator('.doubt').count()
    }
    check(await ducha.locator('.page-head .btn.primary').isEnabled(), 'apply is possible now')
    await shot(ducha, 'import-confirmed')
  }, ducha)

  await run('applied as one command; every task can be opened from the result', async () => {
    await ducha.click('.page-head .btn.primary')
    await ducha.waitForSelector('.result')
    const link = ducha.locator('tr', { hasText: TASK }).locator('a').first()
    code = (await link.textContent()).trim()
    check(/\d/.test(code), `a code: ${code}`)
    await shot(ducha, 'import-applied')
  }, ducha)

  await run('the leader approves in bulk with the authority record', async () => {
    await signIn(quzhang, 'quzhang')
    await quzhang.goto('/tasks?state=drafted')
    await quzhang.waitForSelector(`.tabulator-row:not(.heading):has-text("${TASK}")`)
    await quzhang.locator('.tabulator-row:not(.heading)', { hasText: TASK }).locator('input[type=checkbox]').check()
    await quzhang.locator('.tabulator-row:not(.heading)', { hasText: '整治背街小巷环境' }).locator('input[type=checkbox]').check()
    await quzhang.click('.bulk button:has-text("立项")')
    await quzhang.fill('[id="bulk-authority_ref"]', '区政府第45次常务会议纪要')
    await quzhang.fill('[id="bulk-authority_by"]', '区长')
    await quzhang.waitForFunction(() => document.querySelectorAll('.bulk-list tr[data-result=ready]').length === 2)
    await quzhang.check('.el-dialog input[type=checkbox]')
    await shot(quzhang, 'bulk-approve')
    await quzhang.click('.el-dialog__footer .btn.primary')
    await quzhang.waitForSelector('.bulk-list', { state: 'detached' })
    await shot(quzhang, 'bulk-approved')
    await quzhang.goto(item())
    await state(quzhang, '已立项')
  }, quzhang)

  await run('issue is barred with the reason until somebody answers for it', async () => {
    await ducha.goto(item())
    await state(ducha, '已立项')
    const issue = ducha.locator('[data-command="item.issue"]')
    check((await issue.getAttribute('aria-disabled')) === 'true', 'issue is greyed')
    check((await ducha.textContent('.barred')).includes('责任人'), `says why: ${await ducha.textContent('.barred')}`)
    await shot(ducha, 'item-barred')
    await step(ducha, 'item.edit')
    await choose(ducha, 'item.edit-person', '主要', '主要负责人')
    await choose(ducha, 'item.edit-deputy', '分管', '分管负责人')
    await submit(ducha)
    await ducha.waitForFunction(() => document.querySelector('[data-command="item.issue"]')?.getAttribute('aria-disabled') === 'false')
    await step(ducha, 'item.issue')
    await submit(ducha)
    await state(ducha, '已交办')
  }, ducha)

  await run('the lead unit finds it in its day and accepts', async () => {
    await signIn(yjj, 'yjj')
    await yjj.goto('/my-day')
    const line = yjj.locator('.owed li', { hasText: TASK })
    await line.waitFor()
    check((await line.textContent()).includes('个工作日'), 'the clock counts working days')
    await shot(yjj, 'my-day-unit')
    await line.locator('button').click()
    await yjj.fill('[id="item.accept-commitment"]', '11月底前改造5处，每月报进展。')
    await submit(yjj)
    await yjj.goto(item())
    await state(yjj, '办理中')
    await yjj.waitForSelector('.baselines th:has-text("基线 1")')
  }, yjj)

  let beside
  const streams = []
  await run('others look on: a list in two tabs of one browser, and the item itself', async () => {
    const list = `/tasks?q=${encodeURIComponent(TASK)}`
    await ducha.goto(list)
    await ducha.waitForSelector('.tabulator-row:not(.heading)')
    beside = await ducha.context().newPage()
    beside.on('request', (r) => r.url().endsWith('/api/v1/events') && streams.push(r.url()))
    await beside.goto(list)
    await beside.waitForSelector('.tabulator-row:not(.heading)')
    await quzhang.goto(item())
    await state(quzhang, '办理中')
    await ducha.locator('.tabulator-row:not(.heading) input[type=checkbox]').first().check()
    await ducha.click('button:has-text("表达式")')
    await ducha.fill('#where', 'progress > 1')
    for (const p of [ducha, beside, quzhang]) await p.evaluate(() => (window.__same = true))
    check(!(await ducha.textContent('.tabulator-row:not(.heading)')).includes('40 %'), 'nothing is reported yet')
  }, ducha)

  await run('it reports from the phone form; the draft survives a reload', async () => {
    await yjj.setViewportSize({ width: 360, height: 780 })
    await yjj.goto(`/report/${encodeURIComponent(code)}`)
    await yjj.waitForSelector('#r-narrative')
    check((await yjj.inputValue('#r-period')) === '2023-06', 'the period is there already')
    await yjj.fill('#r-progress', '40')
    await yjj.fill('#r-narrative', '已完成选址，2处开工。')
    await yjj.waitForTimeout(100)
    await yjj.evaluate(() => window.removeEventListener('beforeunload', () => undefined))
    await yjj.reload()
    await yjj.waitForSelector('.notice:has-text("草稿")')
    check((await yjj.inputValue('#r-narrative')) === '已完成选址，2处开工。', 'the words are back')
    const found = await axe(yjj)
    check(found.length === 0, found.join('\n'))
    await shot(yjj, 'report-phone')
    const wide = await yjj.evaluate(() => document.documentElement.scrollWidth)
    check(wide <= 360, `no sideways scrolling at 360 px: ${wide}`)
    await yjj.click('.send button')
    await yjj.waitForSelector('section[role=status]:has-text("已提交")')
    await yjj.setViewportSize({ width: 1366, height: 768 })
  }, yjj)

  await run('the lists of others show it without being loaded again; what they were doing stays', async () => {
    for (const p of [ducha, beside]) {
      await p.waitForFunction(() => document.querySelector('.tabulator-row:not(.heading)')?.textContent.includes('40 %'))
      check(await p.evaluate(() => window.__same === true), 'the page is the same')
    }
    check(await ducha.locator('.tabulator-row:not(.heading) input[type=checkbox]').first().isChecked(), 'what was picked is picked')
    check((await ducha.inputValue('#where')) === 'progress > 1', 'what was typed stands there')
    check(streams.length === 0, `one stream serves both tabs: ${streams.length} more`)
    await beside.close()
    await shot(ducha, 'live-list')
    await quzhang.waitForSelector('.newer')
    check((await quzhang.textContent('.newer')).includes('此事项已有更新'), 'the item says so in one line')
    check(!(await quzhang.textContent('.item-head')).includes('40 %'), 'and does not change under the reader')
    await shot(quzhang, 'live-item')
    await quzhang.click('.newer button')
    await quzhang.waitForFunction(() => document.querySelector('.item-head')?.textContent.includes('40 %'))
    check((await quzhang.locator('.newer').count()) === 0, 'taken, the line is gone')
  }, quzhang)

  const evidence = join(dir, '竣工照片说明.txt')
  writeFileSync(evidence, '五处应急避难场所竣工照片目录\n')
  const finish = async (words, withFile) => {
    await yjj.goto(item())
    await step(yjj, 'item.finish')
    const answers = yjj.locator('.answer textarea')
    for (let i = 0; i < (await answers.count()); i++) await answers.nth(i).fill(`${words}（第${i + 1}项）`)
    await yjj.fill('[id="item.finish-narrative"]', words)
    if (withFile) {
      await yjj.check('.evidence-in .declare input')
      await yjj.setInputFiles('[id="item.finish-evidence"]', evidence)
      await yjj.waitForSelector('.evidence-in li:has-text("竣工照片说明")')
      await shot(yjj, 'finish-form')
    }
    await submit(yjj)
    await state(yjj, '待核验')
  }
  await run('it asks to close, each part answered, with evidence', () => finish('5处应急避难场所全部改造完成', true), yjj)

  await run('the supervisor returns it once with a date', async () => {
    await ducha.goto('/my-day')
    await ducha.locator('.owed li', { hasText: TASK }).locator('button').click()
    await ducha.waitForSelector('.el-dialog form')
    await ducha.click('.el-dialog .chip:has-text("退回整改")')
    await ducha.fill('[id="item.return-reasons"]', '缺少其中2处的竣工验收单。')
    await pickDay(ducha, 'item.return-rework_due', '2023年7月14日')
    await shot(ducha, 'return-form')
    await submit(ducha)
    await ducha.goto(item())
    await state(ducha, '办理中')
    check((await ducha.textContent('.item-head')).includes('退回 1 次'), 'the return is counted on the head')
  }, ducha)

  await run('finished again, verified, closed', async () => {
    await finish('已补齐2处竣工验收单，5处全部开放', false)
    await ducha.goto(item())
    await step(ducha, 'item.pass')
    await ducha.fill('[id="item.pass-findings"]', '现场核查5处，验收单齐全。')
    await shot(ducha, 'pass-form')
    await submit(ducha)
    await state(ducha, '已办结')
  }, ducha)

  await run('archived', async () => {
    await step(ducha, 'item.archive')
    await submit(ducha)
    await state(ducha, '已归档')
    await ducha.setViewportSize({ width: 1366, height: 1500 })
    await shot(ducha, 'item-archived')
  }, ducha)

  await run('the history holds every act in order, with before and after', async () => {
    await ducha.goto(`${item()}?tab=history`)
    await ducha.waitForSelector('.journal > li')
    const told = await ducha.locator('.journal > li header strong').allTextContents()
    const acts = told.map((s) => s.trim())
    const order = ['归档', '核验通过', '申请办结', '退回整改', '申请办结', '报进展', '承接', '交办', '修改', '立项', '应用导入']
    let at = 0
    for (const a of acts) if (a === order[at]) at++
    check(at === order.length, `newest first ${order.join(' ← ')}; the page shows ${acts.join(' ← ')}`)
    const row = ducha.locator('.journal > li', { hasText: '退回整改' }).first()
    check(/办理中/.test(await row.textContent()) && /待核验/.test(await row.textContent()), 'state before and after')
    await shot(ducha, 'item-history')
    await ducha.setViewportSize({ width: 1366, height: 768 })
  }, ducha)

  await run('where it comes from: passage, document, hash, who imported, who approved', async () => {
    await ducha.click('#tab-origin')
    await ducha.waitForSelector('.passage')
    const text = await ducha.textContent('#tab-panel')
    for (const w of ['牵头单位：应急委', '重点任务分工方案（补充）', 'dongcheng-demo.txt', '区政府第45次常务会议纪要', '督查']) check(text.includes(w), `${w} stands on the page`)
    check(/[0-9a-f]{64}/.test(text), 'the hash stands on the page')
    check((await ducha.textContent('.passage mark')).includes('提升改造应急避难场所5处'), 'the passage is marked')
    await shot(ducha, 'item-origin')
  }, ducha)

  await run('importing the same document again finds nothing new', async () => {
    await ducha.goto('/import')
    await ducha.setInputFiles('input[type=file]', FILE)
    await ducha.fill('#i-title', '2023年区政府工作报告重点任务分工方案（补充）')
    await ducha.click('form button.primary')
    await ducha.waitForURL(/import\/\d+/)
    await ducha.waitForSelector('.conserved')
    const chips = (await ducha.locator('.chip').allTextContents()).join(' ')
    check(!/新增/.test(chips), `no new rows: ${chips}`)
    await shot(ducha, 'import-again')
  }, ducha)

  for (const p of [ducha, quzhang, yjj]) await p.context().close()
}
