// A register goes out as XLSX, comes back with ten faults of ten kinds, each named by its cell; mended, it is imported,
// and the item's history tells of it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { axe, check, expected, open, root, run, shot, signIn } from './lib.mjs'

const REGISTER = 'SJ'
const TABLES = `code,name,name_en,code_pattern,official_order,legal_basis,report_minutes,loop
${REGISTER},设施检查,Facilities,${REGISTER}-{year}-{seq3},31,设施检查办法,3,short

register,code,name,kind,required_at,choices,unit_name,decimals,official_order,basis,frequency,minutes
${REGISTER},site,设施名称,text,draft,,,,10,设施检查办法,once,0.5
${REGISTER},grade,检查等级,choice,draft,good=良好=good|poor=较差=poor,,,20,设施检查办法,month,0.5
${REGISTER},people,服务人数,integer,never,,人,,30,设施检查办法,once,0.5
${REGISTER},area,占地面积,decimal,never,,亩,2,40,设施检查办法,once,0.5
`
const ROWS = 14

async function api(page, command, body) {
  const answer = await page.evaluate(async ([name, text]) => {
    const s = await (await fetch('/api/v1/session')).json()
    const r = await fetch(`/api/v1/do/${name}`, {
      method: 'POST', body: text,
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': s.csrf, 'Idempotency-Key': crypto.randomUUID() },
    })
    return { status: r.status, body: await r.text() }
  }, [command, JSON.stringify(body)])
  check(answer.status < 300, `${command}: ${answer.status} ${answer.body.slice(0, 300)}`)
}

const letter = (i) => String.fromCharCode(65 + i)

export async function xlsx(browser, base) {
  const dir = mkdtempSync(join(tmpdir(), 'bihuan-xlsx-'))
  const file = join(dir, 'out.xlsx')
  const plant = (from, to, edits) => {
    writeFileSync(join(dir, 'edits.json'), JSON.stringify(edits))
    execFileSync('python3', [join(root, 'tests/browser/plant.py'), from, to, join(dir, 'edits.json')])
  }
  const admin = await open(browser, base)
  await signIn(admin, 'xitong')
  await api(admin, 'register.apply', { tables: [{ name: 't.csv', text: TABLES }] })
  const page = await open(browser, base)
  await signIn(page, 'ducha')
  for (let i = 1; i <= ROWS; i++) {
    await api(page, 'item.draft', {
      register: REGISTER, title: `第${i}处设施检查`, lead: 'ZJW', person: 'ZJW-1', deputy: 'ZJW-2', standard: '检查合格', due: '2023-12-31',
      fields: [{ field: 'site', value: `00${i}号设施` }, { field: 'grade', value: 'good' }, { field: 'people', value: '120' }, { field: 'area', value: '-1.5' }],
    })
  }
  const columns = await page.evaluate(async (code) => (await (await fetch(`/api/v1/registers?register=${code}`)).json()).rows[0].columns.map((c) => c.name), REGISTER)
  const at = (name) => {
    check(columns.includes(name), `no column ${name}`)
    return letter(columns.indexOf(name) + 1)
  }

  await run('a register goes out as XLSX and changes nothing when it comes back as it was', async () => {
    await page.goto(`/registers/${REGISTER}`)
    const [out] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("导出 XLSX")')])
    await out.saveAs(file)
    await page.click('a:has-text("导入 XLSX")')
    await page.setInputFiles('#register-file', file)
    await page.waitForSelector('text=没有可导入的变化')
    check((await page.textContent('.register-import')).includes(`不变 ${ROWS}`), 'not all rows are the same')
  }, page)

  // Ten faults of ten kinds: [cell, what is written, what the sentence speaks of].
  const faults = [
    [`${at('完成时限')}2`, { text: '2023-02-30' }, '日期'],
    [`${at('服务人数')}3`, { text: '一百二十' }, '数字'],
    [`${at('服务人数')}4`, { number: '2.5' }, '整数'],
    [`${at('占地面积')}5`, { number: '1.234' }, '小数'],
    [`${at('检查等级')}6`, { text: '一般' }, '良好'],
    [`${at('牵头单位')}7`, { text: '没有的局' }, '没有的局'],
    [`${at('任务名称')}8`, { text: '' }, '任务名称'],
    [`${at('状态')}9`, { text: '已办结' }, '环节'],
    [`${at('服务人数')}10`, { fault: '#REF!' }, '公式'],
    [`${at('开始时间')}11`, { text: '2024-06-01' }, ''],
  ]
  const merged = `${at('地点')}12:${at('地点')}13`
  await run('ten planted faults of ten kinds are each named by their cell, and why', async () => {
    const bad = join(dir, 'bad.xlsx')
    plant(file, bad, { cells: { ...Object.fromEntries(faults.map(([c, e]) => [c, e])), [`${at('任务名称')}14`]: { text: '改过的名称' } } })
    await page.setInputFiles('#register-file', bad)
    await page.waitForSelector('.file-faults tbody tr')
    for (const [cell, , word] of faults) {
      const line = page.locator(`.file-faults tr[data-cell="${cell}"]`)
      check((await line.count()) === 1, `${cell} is named ${await line.count()} times: ${await page.textContent('.file-faults tbody')}`)
      const why = await line.locator('td').nth(3).textContent()
      check(why.trim().length > 2 && why.includes(word), `${cell} is not explained: ${why}`)
    }
    check((await page.locator('.file-faults tbody tr').count()) === faults.length, 'more faults than were planted')
    check((await page.locator('.file-changes tbody tr').count()) === 1, 'the good change is not shown')
    check((await page.locator('button:has-text("全部导入")').count()) === 0, 'faults, and yet all may be imported')
    const found = await axe(page)
    check(found.length === 0, found.join('\n'))
    await shot(page, 'xlsx-faults', { fullPage: true })
    await page.setViewportSize({ width: 360, height: 780 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    await shot(page, 'xlsx-phone')
    await page.setViewportSize({ width: 1366, height: 768 })
    check(wide <= 361, `scrolls sideways at 360 px: ${wide}`)
  }, page)

  await run('the file comes with its faults marked, and they are the same when it comes back', async () => {
    const [out] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("下载标注了问题的文件")')])
    const marked = join(dir, 'marked.xlsx')
    await out.saveAs(marked)
    await page.setInputFiles('#register-file', marked)
    await page.waitForSelector('text=正在核对…', { state: 'detached' })
    await page.waitForSelector('.file-faults tbody tr')
    check((await page.locator('.file-faults tbody tr').count()) === faults.length, 'the marked file has other faults')
  }, page)

  await run('merged cells, a copied row and a column of somebody’s own are told', async () => {
    const odd = join(dir, 'odd.xlsx')
    plant(file, odd, { cells: { A13: { copy: 'A12' }, [`${letter(columns.length + 1)}1`]: { text: '备注' }, [`${at('服务人数')}2`]: { formula: '100+20', result: '120' } }, merge: [merged] })
    await page.setInputFiles('#register-file', odd)
    await page.waitForSelector('.file-faults tbody tr')
    const told = await page.textContent('.register-import')
    check(told.includes('合并') && told.includes('与第 12 行是同一条记录') && told.includes('备注') && told.includes(`${at('服务人数')}2`), told)
  }, page)

  await run('mended, it is imported at once, and the history tells of it', async () => {
    const good = join(dir, 'good.xlsx')
    plant(file, good, { cells: {
      [`${at('完成时限')}2`]: { text: '2023年11月30日' }, [`${at('服务人数')}3`]: { number: '240' }, [`${at('检查等级')}6`]: { text: '较差' },
      [`${at('任务名称')}${ROWS + 2}`]: { text: '新增的一处' }, [`${at('设施名称')}${ROWS + 2}`]: { text: '015号设施' }, [`${at('检查等级')}${ROWS + 2}`]: { text: '良好' },
    } })
    await page.setInputFiles('#register-file', good)
    await page.waitForSelector('button:has-text("全部导入")')
    await shot(page, 'xlsx-changes', { fullPage: true })
    await page.click('button:has-text("全部导入")')
    await page.waitForSelector('.import-done:has-text("修改 3 行，新增 1 行")')
    await page.goto(`/item/${REGISTER}-2023-002?tab=history`)
    await page.waitForSelector('#tab-panel .journal li, #tab-panel li')
    for (const d of await page.locator('#tab-panel details:not([open]) summary').all()) await d.click()
    const told = await page.textContent('#tab-panel')
    check(told.includes('导入台账文件') && told.includes('服务人数') && told.includes('240'), `the history does not tell of the import: ${told.slice(0, 800)}`)
    await page.goto(`/registers/${REGISTER}`)
    await page.waitForSelector('.register-table tr:has-text("新增的一处")')
  }, page)

  await run('a file that moved on since is a conflict, and nothing of it is written', async () => {
    await page.goto(`/registers/${REGISTER}/import`)
    const late = join(dir, 'late.xlsx')
    plant(file, late, { cells: { [`${at('服务人数')}3`]: { number: '300' } } })
    await page.setInputFiles('#register-file', late)
    await page.waitForSelector(`.file-faults tr[data-cell="${at('服务人数')}3"]`)
    const line = await page.textContent(`.file-faults tr[data-cell="${at('服务人数')}3"]`)
    check(line.includes('300') && line.includes('240'), `the conflict does not show both: ${line}`)
  }, page)

  await run('another register’s file is refused with its name', async () => {
    await page.goto('/registers/YH/import')
    expected.on = true
    await page.setInputFiles('#register-file', file)
    await page.waitForSelector(`text=这是台账“${REGISTER}”的文件`)
    expected.on = false
  }, page)
  rmSync(dir, { recursive: true, force: true })
}
