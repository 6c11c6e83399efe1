// A month end: a unit pastes a block with two wrong cells, mends them, submits; the supervisor sends it back
// with reasons; it is corrected and taken. What is missing is seen; the burden shows no duplicate, and one
// that is planted is refused by name.
import { axe, check, expected, open, run, shot, signIn } from './lib.mjs'

async function units(page) {
  return page.evaluate(async () => (await (await fetch('/api/v1/units')).json()).rows)
}
async function paste(page, text) {
  await page.evaluate((t) => {
    const data = new DataTransfer()
    data.setData('text/plain', t)
    document.querySelector('.tabulator').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, text)
}
/** Clicks the cell of a column in the row of that number. */
async function at(page, row, field) {
  await page.locator('.tabulator-row').nth(row).locator(`.tabulator-cell[tabulator-field="${field}"]`).click()
}
const saved = (page) => page.waitForSelector('[data-saving="done"]')
async function clean(page) {
  const found = await axe(page)
  check(found.length === 0, found.join('\n'))
}

export async function reporting(browser, base) {
  const officer = await open(browser, base)
  await signIn(officer, 'fgw')
  const fgw = (await units(officer)).find((u) => u.code === 'FGW').id
  const form = `/reporting/JZYB/${fgw}/2023-06`

  await run('the officer sees what the unit owes', async () => {
    await officer.goto('/reporting')
    await officer.waitForSelector('.owes li')
    check((await officer.textContent('.owes')).includes('重点任务进展月报'), 'the progress grid is not owed')
    await officer.waitForSelector('.matrix td')
    await clean(officer)
    await shot(officer, 'reporting-officer')
  }, officer)

  await run('a pasted block keeps its two wrong cells and names them', async () => {
    await officer.goto(form)
    await officer.waitForSelector('.tabulator-row')
    const n = await officer.locator('.tabulator-row').count()
    check(n >= 2, `only ${n} rows`)
    await at(officer, 0, 'SX-JD')
    const lines = Array.from({ length: n }, (_, i) => `${i === 0 ? '一半' : i === 1 ? '130' : '60'}\t（示例）六月进展第${i + 1}项`)
    await paste(officer, lines.join('\n'))
    await officer.waitForSelector('.wrongs li')
    await saved(officer)
    check((await officer.textContent('.tag')).includes('填写中'), 'it is not shown as a draft')
    const wrong = await officer.locator('.wrongs li').allTextContents()
    check(wrong.length === 2, `${wrong.length} wrong cells: ${wrong.join('; ')}`)
    check(wrong[0].includes('一半') && wrong[0].includes('进度') && wrong[1].includes('130'), wrong.join('; '))
    check((await officer.textContent('.tabulator')).includes('一半'), 'the wrong text was lost')
    await clean(officer)
    await shot(officer, 'reporting-wrong')
  }, officer)

  await run('a reload loses nothing of it', async () => {
    await officer.reload()
    await officer.waitForSelector('.wrongs li')
    check((await officer.textContent('.tabulator')).includes('第1项'), 'the draft was lost')
    check((await officer.locator('.wrongs li').count()) === 2, 'the wrong cells are not named any more')
  }, officer)

  await run('mended by typing, with undo, and submitted by Ctrl+Enter', async () => {
    await at(officer, 0, 'SX-JD')
    await officer.keyboard.type('70')
    await officer.keyboard.press('Enter')
    await officer.keyboard.press('Control+z')
    await officer.waitForSelector('.tabulator >> text=一半')
    await at(officer, 0, 'SX-JD')
    await officer.keyboard.type('70')
    await officer.keyboard.press('Enter')
    await at(officer, 1, 'SX-JD')
    await officer.keyboard.press('Control+d') // from the cell above
    await officer.waitForFunction(() => !document.querySelector('.wrongs li'))
    await saved(officer)
    await officer.keyboard.press('Control+Enter')
    await officer.waitForSelector('.tag[data-state="submitted"]')
    await shot(officer, 'reporting-submitted')
  }, officer)

  const office = await open(browser, base)
  await signIn(office, 'ducha')
  await run('the calendar shows who is missing, by shape and letter', async () => {
    await office.goto('/reporting?collection=JDYB')
    await office.waitForSelector('.matrix td')
    check((await office.locator('td[data-state="missing"]').count()) === 1, 'the missing report is not seen')
    check((await office.textContent('td[data-state="missing"]')).includes('缺'), 'the letter is missing')
    check((await office.locator('td[data-state="returned"]').count()) === 1, 'the returned report is not seen')
    await clean(office)
    await shot(office, 'reporting-calendar')
  }, office)

  await run('the supervisor sends it back with a reason for a cell', async () => {
    await office.goto(form)
    await office.click('text=退回')
    await office.waitForSelector('#g-reason')
    await office.fill('#g-reason', '（示例）请核实')
    const cell = await office.locator('#g-cell option').nth(1).getAttribute('value')
    await office.selectOption('#g-cell', cell)
    await office.fill('#g-cell-reason', '（示例）与现场不符')
    await office.fill('#g-due', '2023-07-04')
    await office.click('.el-dialog button.primary')
    await office.waitForSelector('.tag[data-state="returned"]')
  }, office)

  await run('the unit sees why, corrects and submits again; it is taken', async () => {
    await officer.goto(form)
    await officer.waitForSelector('.wrongs li')
    check((await officer.textContent('.wrongs')).includes('与现场不符'), 'the reason does not stand at the cell')
    await shot(officer, 'reporting-returned')
    await at(officer, 0, 'SX-JD')
    await officer.keyboard.type('65')
    await officer.keyboard.press('Enter')
    await saved(officer)
    await officer.keyboard.press('Control+Enter')
    await officer.waitForSelector('.tag[data-state="submitted"]')
    await office.goto(form)
    await office.click('text=接收')
    await office.waitForSelector('.tag[data-state="accepted"]')
    check((await office.locator('.revisions li').count()) === 2, 'two versions are kept')
    await shot(office, 'reporting-accepted')
  }, office)

  await run('the burden: no duplicate, and a planted one is refused by name', async () => {
    await office.goto('/reporting/burden')
    await office.waitForSelector('.duplicates')
    check((await office.getAttribute('.duplicates', 'data-n')) === '0', 'there are duplicates')
    await clean(office)
    await shot(office, 'reporting-burden', { fullPage: true })
    expected.on = true
    const told = await office.evaluate(async () => {
      const { csrf } = await (await fetch('/api/v1/session')).json()
      const send = async (name, body) => (await fetch(`/api/v1/do/${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, 'Accept-Language': 'zh' }, body: JSON.stringify(body) })).json()
      await send('element.declare', { code: 'CF-01', name: '腾退户数', subject: 'unit', kind: 'number', measure: '户', legal_basis: '示例', owner_unit: 'ZJW', minutes: '2', basis: 'example' })
      return send('collection.declare', { code: 'CFYB', name: '重复月报', row_kind: 'unit', columns: ['CF-01'], cycle: 'month', due_count: 5, due_in: 'day', roll: 'next', due_source: '示例', first_period: '2023-06', units: ['J08'], owner_unit: 'ZJW', legal_basis: '示例', basis: 'example' })
    })
    expected.on = false
    check(told.id === 'burden.duplicate', JSON.stringify(told))
    check(told.detail.includes('街道民生月报') && told.detail.includes('简易楼腾退户数'), told.detail)
  }, office)

  await run('a telephone and the dark theme', async () => {
    await office.setViewportSize({ width: 360, height: 780 })
    for (const path of ['/reporting?collection=JDYB', '/reporting/burden']) {
      await office.goto(path)
      await office.waitForSelector('table.plain tbody tr')
      const wide = await office.evaluate(() => document.documentElement.scrollWidth)
      check(wide <= 361, `${path} scrolls sideways: ${wide}`)
    }
    await shot(office, 'reporting-phone')
    await office.setViewportSize({ width: 1366, height: 768 })
    await office.evaluate(() => localStorage.setItem('set:theme', 'dark'))
    await office.goto('/reporting?collection=JDYB')
    await office.waitForSelector('.matrix td')
    await clean(office)
    await shot(office, 'reporting-dark')
    await office.evaluate(() => localStorage.removeItem('set:theme'))
  }, office)
}
