// A register is declared by pasting tables with one wrong line, mended, applied, and used to its end.
import { axe, check, expected, open, run, shot, signIn } from './lib.mjs'

const TABLES = (kind) => `code,name,name_en,code_pattern,official_order,legal_basis,report_minutes,loop
DT,老旧小区加装电梯台账,Lifts for old houses,DT-{year}-{seq3},30,北京市老旧小区综合整治工作手册,3,short

register,code,name,name_en,kind,required_at,choices,unit_name,official_order,basis,frequency,minutes
DT,community_name,小区名称,Estate,text,draft,,,10,北京市老旧小区综合整治工作手册,once,0.5
DT,lift_stage,加装阶段,Stage,${kind},draft,consult=征求意见=consultation|build=施工=construction|use=投入使用=in use,,20,北京市老旧小区综合整治工作手册,month,0.5
DT,households,受益户数,Households,integer,finish,,户,30,北京市老旧小区综合整治工作手册,once,0.5
`
const CODE = 'DT-2023-001'

async function api(page, command, body) {
  const answer = await page.evaluate(async ([name, text]) => {
    const s = await (await fetch('/api/v1/session')).json()
    const r = await fetch(`/api/v1/do/${name}`, {
      method: 'POST', body: text,
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': s.csrf ?? s.csrf_token ?? '', 'Idempotency-Key': crypto.randomUUID() },
    })
    return { status: r.status, body: await r.text() }
  }, [command, JSON.stringify(body)])
  check(answer.status < 300, `${command}: ${answer.status} ${answer.body.slice(0, 300)}`)
}

export async function registers(browser, base) {
  const admin = await open(browser, base)
  await signIn(admin, 'xitong')
  await run('a wrong line of a pasted declaration is named by line and column', async () => {
    await admin.goto('/admin/registers')
    await admin.click('button[aria-expanded]:has-text("粘贴登记表")')
    await admin.fill('#reg-paste', TABLES('chioce'))
    await admin.click('button:has-text("预览")')
    await admin.waitForSelector('.reg-faults li')
    const said = await admin.textContent('.reg-faults')
    check(said.includes('第 6 行') && said.includes('kind 列'), `the fault is not told by line and column: ${said}`)
    check((await admin.locator('.reg-faults li').count()) === 1, 'one wrong line, one fault')
    await shot(admin, 'registers-fault')
  }, admin)
  await run('mended, it shows its form and is applied', async () => {
    await admin.fill('#reg-paste', TABLES('choice'))
    await admin.click('button:has-text("预览")')
    await admin.waitForSelector('#trial-DT-lift_stage')
    const found = await axe(admin)
    check(found.length === 0, found.join('\n'))
    await shot(admin, 'registers-preview')
    await admin.click('button:has-text("应用")')
    await admin.waitForSelector('tbody td:has-text("老旧小区加装电梯台账")')
  }, admin)

  const page = await open(browser, base)
  await signIn(page, 'ducha')
  await run('an entry is made by the generated form', async () => {
    await page.goto('/registers/DT')
    await page.click('button:has-text("登记一条")')
    await page.fill('#draft-title', '甲小区3号楼加装电梯')
    await page.fill('#declared-community_name', '甲小区')
    await page.selectOption('#declared-lift_stage', 'consult')
    await shot(page, 'registers-form')
    await page.click('button[form=register-draft]')
    await page.waitForURL(`**/item/${CODE}`)
  }, page)
  await run('the list filters and sorts by a declared field, and leaves as CSV', async () => {
    await page.goto('/registers/DT')
    await page.fill('#r-where', '加装阶段 = 施工')
    await page.click('form button:has-text("应用")')
    await page.waitForSelector('text=没有符合条件的内容')
    await page.fill('#r-where', '加装阶段 = 征求意见')
    await page.click('form button:has-text("应用")')
    await page.waitForSelector('.register-table tbody tr')
    await page.click('th button:has-text("加装阶段")')
    await page.waitForURL('**sort=lift_stage**')
    await page.waitForSelector('.register-table tbody tr:has-text("征求意见")')
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("导出 CSV")')])
    const { readFileSync } = await import('node:fs')
    const text = readFileSync(await file.path(), 'utf8')
    check(text.includes('甲小区') && text.includes('加装阶段'), `the export lacks the field: ${text}`)
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
    await shot(page, 'registers-room')
    await page.setViewportSize({ width: 360, height: 780 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    await shot(page, 'registers-phone')
    await page.setViewportSize({ width: 1366, height: 768 })
    check(wide <= 361, `scrolls sideways at 360 px: ${wide}`)
  }, page)
  await run('it runs its loop to the end; the history shows the field', async () => {
    await api(page, 'item.edit', { item: CODE, version: 1, lead: 'ZJW', person: 'ZJW-1', deputy: 'ZJW-2', standard: '投入使用', due: '2023-12-31' })
    await api(page, 'item.issue', { item: CODE })
    const unit = await open(browser, base)
    await signIn(unit, 'zjw')
    await unit.goto('/my-day')
    await api(unit, 'item.accept', { item: CODE, commitment: '年底前投入使用' })
    await unit.goto(`/item/${CODE}?tab=fields`)
    await unit.click('button:has-text("填写")')
    await unit.fill('#fill-households', '2.5')
    expected.on = true // the refusal is an answer
    await unit.click('button:has-text("保存")')
    await unit.waitForSelector('#fill-households-wrong')
    expected.on = false
    await unit.fill('#fill-households', '24')
    await unit.click('button:has-text("保存")')
    await unit.waitForSelector('dl.facts dd:has-text("24")')
    await shot(unit, 'registers-fields')
    await unit.goto(`/report/${CODE}`)
    await unit.fill('#r-progress', '80')
    await unit.fill('#r-narrative', '设备安装完毕')
    check((await unit.locator('#r-own-households').count()) === 0 && (await unit.locator('#r-own-community_name').count()) === 0, 'a report asks for what is told once')
    await unit.selectOption('#r-own-lift_stage', 'build')
    await unit.setViewportSize({ width: 360, height: 780 })
    await shot(unit, 'registers-report-360')
    check(await unit.evaluate(() => document.documentElement.scrollWidth <= 361), 'the report is wider than the phone')
    await unit.setViewportSize({ width: 1366, height: 768 })
    await unit.click('button:has-text("提交")')
    await unit.waitForSelector('section[role=status]')
    const held = async () => Object.fromEntries((await unit.evaluate(async (code) => (await (await fetch(`/api/v1/item?item=${code}`)).json()).fields, CODE)).map((f) => [f.column.code, f.value]))
    check((await held()).lift_stage === 'build', `the report did not take the field: ${JSON.stringify(await held())}`)
    await unit.goto(`/item/${CODE}`)
    await unit.locator('.steps button:has-text("申请办结")').first().click()
    await unit.fill('[id="item.finish-own-households"]', '')
    await unit.fill('[id="item.finish-narrative"]', '已投入使用')
    await unit.fill('[id="item.finish-answers-0"]', '验收合格')
    await unit.selectOption('[id="item.finish-own-lift_stage"]', 'use')
    expected.on = true
    await unit.click('button[form="form-item.finish"]')
    await unit.waitForSelector('[id="item.finish-own-households-wrong"]')
    await shot(unit, 'registers-finish')
    expected.on = false
    await unit.fill('[id="item.finish-own-households"]', '24')
    await unit.click('button[form="form-item.finish"]')
    await unit.waitForFunction(() => document.querySelector('.item .status')?.textContent?.includes('待核验'))
    check((await held()).lift_stage === 'use', 'the finish did not take the field')
    await api(page, 'item.pass', { item: CODE, findings: '现场核查属实' })
    await page.goto(`/item/${CODE}?tab=history`)
    await page.waitForSelector('#tab-panel .journal li, #tab-panel li')
    for (const d of await page.locator('#tab-panel details:not([open]) summary').all()) await d.click()
    const told = await page.textContent('#tab-panel')
    check(told.includes('加装阶段') && told.includes('征求意见') && told.includes('受益户数'), `the history does not show the fields: ${told.slice(told.indexOf("台账内容"), 1200)}`)
  }, page)
}
