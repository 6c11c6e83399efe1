// The grid as people use it: by keyboard, with blocks from a spreadsheet, several steps back, beside
// others who change the same rows, with views that are kept and shared.
import { axe, check, open, run, shot, signIn } from './lib.mjs'

const ROW = '.tabulator-row:not(.heading)'
/** Asks the server in the name of the page: for what a test prepares or another person does. */
function call(page, name, body) {
  return page.evaluate(async ([n, b]) => {
    const s = await (await fetch('/api/v1/session')).json()
    const r = await fetch(`/api/v1/do/${n}`, { method: 'POST', body: JSON.stringify(b), headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': s.csrf ?? s.csrf_token ?? '', 'Idempotency-Key': Math.random().toString(36).slice(2) } })
    return { status: r.status, ...(await r.json()) }
  }, [name, body])
}
const named = async (page, code) => [(await list(page, `q=${code}`)).find((r) => r.code === code)]
const list = (page, q) => page.evaluate(async (x) => (await (await fetch(`/api/v1/items?${x}`)).json()).rows, q)
/** What Ctrl-V brings: the browser's own event with the data as a spreadsheet copies it. */
function paste(page, types) {
  return page.evaluate((t) => {
    const d = new DataTransfer()
    for (const [k, v] of Object.entries(t)) d.setData(k, v)
    document.querySelector('.tabulator').dispatchEvent(new ClipboardEvent('paste', { clipboardData: d, bubbles: true, cancelable: true }))
  }, types)
}
async function cell(page, code, column) {
  const row = page.locator(ROW, { has: page.locator('.c-code', { hasText: code }) })
  return row.locator(`.tabulator-cell.c-${column}`)
}
const at = (page) => page.evaluate(() => {
  const c = document.querySelector('.tabulator-cell.at')
  return c && [c.closest('.tabulator-row').querySelector('.c-code')?.textContent ?? '', c.getAttribute('tabulator-field')]
})
/** The one button of a preview; the dialog goes when the list is up to date. */
async function apply(page) {
  await page.click('.el-dialog .btn.primary')
  await page.waitForSelector('.grid-preview', { state: 'detached' })
  await bar(page, '2 格')
}
const bar = (page, part) => page.waitForFunction((x) => document.querySelector('[data-bar]')?.textContent?.includes(x), part)

export async function grid(browser, base) {
  const ducha = await open(browser, base)
  await signIn(ducha, 'ducha')
  const codes = []
  await run('drafts for the grid', async () => {
    for (let i = 1; i <= 4; i++) {
      const r = await call(ducha, 'item.draft', { register: 'ZDRW', title: `表格测试事项${i}`, standard: '办成', lead: 'SWJ', person: 'SWJ-1', deputy: 'SWJ-2', due: `2023-12-2${i}` })
      check(r.status === 200, `drafting: ${r.status} ${r.detail}`)
      codes.push(r.code)
    }
    await ducha.goto('/tasks?q=' + encodeURIComponent('表格测试事项'))
    await ducha.selectOption('#grouping', 'none')
    await ducha.waitForFunction((n) => document.querySelectorAll('.tabulator-row').length === n, 4)
  }, ducha)

  await run('a grouping chosen while the table is being built leaves no heading behind', async () => {
    await ducha.selectOption('#grouping', 'line')
    await ducha.waitForSelector('.tabulator-row.heading')
    await ducha.evaluate(() => {
      // The moment in which a table's box stands and its rows do not.
      let left = false
      new MutationObserver((_seen, me) => {
        const choice = document.querySelector('#grouping')
        left ||= !choice
        if (!left || !document.querySelector('.grid-box > div') || !choice) return
        me.disconnect()
        choice.value = 'none'
        choice.dispatchEvent(new Event('change'))
      }).observe(document.body, { childList: true, subtree: true })
      document.querySelector('.rail a[href="/my-day"]').click()
    })
    await ducha.waitForURL(/my-day/)
    await ducha.goBack()
    await ducha.waitForFunction((n) => document.querySelectorAll('.tabulator-row').length === n && !document.querySelector('.tabulator-row.heading'), 4)
    for (const code of codes) check((await (await cell(ducha, code, 'title')).textContent()).includes('表格测试事项'), `the row of ${code} is drawn`)
  }, ducha)

  await run('keys walk, a range grows, Escape ends it', async () => {
    await (await cell(ducha, codes[0], 'title')).click({ position: { x: 250, y: 10 } })
    await ducha.keyboard.press('ArrowDown')
    check(String(await at(ducha)) === `${codes[1]},title`, `arrow: ${await at(ducha)}`)
    await ducha.keyboard.press('k')
    await ducha.keyboard.press('Tab')
    check((await at(ducha))[1] === 'state', 'Tab goes right')
    await ducha.keyboard.press('Shift+ArrowDown')
    check((await ducha.locator('.tabulator-cell.in').count()) === 2, 'a range of two')
    await ducha.keyboard.press('Escape')
    check((await ducha.locator('.tabulator-cell.in').count()) === 1, 'one cell again')
  }, ducha)

  await run('F2 edits one cell at once; Escape restores', async () => {
    await (await cell(ducha, codes[0], 'title')).click({ position: { x: 250, y: 10 } })
    await ducha.keyboard.press('F2')
    await ducha.fill('.grid-editor', '不要的名称')
    await ducha.keyboard.press('Escape')
    check((await (await cell(ducha, codes[0], 'title')).textContent()).includes('表格测试事项1'), 'restored')
    await ducha.keyboard.press('F2')
    await ducha.fill('.grid-editor', '表格测试事项1改')
    await ducha.keyboard.press('Enter')
    await bar(ducha, '1 格')
    check((await named(ducha, codes[0]))[0].title === '表格测试事项1改', 'stored')
  }, ducha)

  await run('an input method may begin with the first key: no letter is lost', async () => {
    await (await cell(ducha, codes[1], 'title')).click({ position: { x: 250, y: 10 } })
    const method = await ducha.context().newCDPSession(ducha)
    const compose = (text) => method.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
    for (const part of ['b', 'bi', 'biao']) await compose(part)
    const seen = await ducha.evaluate(() => {
      const rect = (s) => document.querySelector(s).getBoundingClientRect()
      const [a, b] = [rect('.grid-catch.composing'), rect('.tabulator-cell.at')]
      return [document.querySelector('.grid-catch').value, Math.abs(a.x - b.x) < 2 && Math.abs(a.y - b.y) < 2]
    })
    check(seen[0] === 'biao' && seen[1], `composed over the cell: ${seen}`)
    await method.send('Input.insertText', { text: '表格' })
    await ducha.waitForSelector('.grid-editor')
    check((await ducha.inputValue('.grid-editor')) === '表格', `the editor begins with ${await ducha.inputValue('.grid-editor')}`)
    await ducha.keyboard.type('测试事项2拼')
    await ducha.keyboard.press('Enter')
    await bar(ducha, '1 格')
    check((await named(ducha, codes[1]))[0].title === '表格测试事项2拼', 'stored whole')
    // Where nothing may be written there is nothing to compose: letters stay keys.
    await (await cell(ducha, codes[1], 'state')).click()
    check(await ducha.evaluate(() => document.querySelector('.grid-catch').readOnly), 'read-only where the cell is')
    await ducha.keyboard.press('k')
    check(String(await at(ducha)) === `${codes[0]},state`, `a letter is a key: ${await at(ducha)}`)
  }, ducha)

  await run('Ctrl-C and Ctrl-V reach the grid', async () => {
    await ducha.evaluate(() => {
      window.__clip = []
      document.addEventListener('copy', (e) => window.__clip.push(e.clipboardData.getData('text/plain')))
      document.addEventListener('paste', (e) => window.__clip.push(e.defaultPrevented))
    })
    await (await cell(ducha, codes[2], 'state')).click()
    await ducha.keyboard.press('Control+c')
    await ducha.keyboard.press('ArrowLeft')
    await ducha.keyboard.press('Control+c')
    await ducha.keyboard.press('Control+v')
    const clip = await ducha.evaluate(() => window.__clip)
    check(String(clip) === '拟办,表格测试事项3,true', `copied and pasted: ${clip}`)
  }, ducha)

  await run('a block from Excel is a preview with its refused cell, then one command', async () => {
    await (await cell(ducha, codes[0], 'due')).click()
    await paste(ducha, { 'text/plain': '2023/11/1\r\n2023年11月2日\r\n不是日期\r\n' })
    await ducha.waitForSelector('.grid-preview')
    check((await ducha.locator('[data-cell="changed"]').count()) === 2, 'two would change')
    check((await ducha.locator('[data-cell="refused"]').count()) === 1, 'one is refused')
    check((await named(ducha, codes[0]))[0].due_day === '2023-12-21', 'nothing is written by a preview')
    await shot(ducha, 'grid-preview')
    const found = await axe(ducha)
    check(!found.length, found.map((f) => f.id ?? f).join(', '))
    await apply(ducha)
    check((await named(ducha, codes[1]))[0].due_day === '2023-11-02', 'applied')
  }, ducha)

  await run('quoted line breaks and tables of markup are read', async () => {
    await (await cell(ducha, codes[2], 'title')).click({ position: { x: 250, y: 10 } })
    await paste(ducha, { 'text/plain': '"表格测试事项3 含""引号"""\r\n表格测试事项4新\r\n' })
    await ducha.waitForSelector('.grid-preview')
    check((await ducha.textContent('.grid-preview')).includes('表格测试事项3 含"引号"'), 'quotes read')
    await ducha.keyboard.press('Escape')
    await ducha.waitForSelector('.grid-preview', { state: 'detached' })
    await (await cell(ducha, codes[2], 'title')).click({ position: { x: 250, y: 10 } })
    await paste(ducha, { 'text/html': '<table><tr><td>表格测试事项3表</td></tr><tr><td>表格测试<b>事项4表</b></td></tr></table>' })
    await ducha.waitForSelector('.grid-preview')
    await apply(ducha)
    check((await named(ducha, codes[3]))[0].title === '表格测试事项4表', 'from markup')
  }, ducha)

  await run('Ctrl-D fills down', async () => {
    await (await cell(ducha, codes[0], 'due')).click()
    await ducha.keyboard.press('Shift+ArrowDown')
    await ducha.keyboard.press('Shift+ArrowDown')
    await ducha.keyboard.press('Control+d')
    await ducha.waitForSelector('.grid-preview')
    await apply(ducha)
  }, ducha)

  await run('two steps back and one again', async () => {
    await ducha.focus('.tabulator')
    await ducha.keyboard.press('Control+z')
    await bar(ducha, '已撤销')
    await ducha.keyboard.press('Control+z')
    for (let i = 0; i < 60 && (await named(ducha, codes[3]))[0].title !== '表格测试事项4'; i++) await ducha.waitForTimeout(100)
    check((await named(ducha, codes[3]))[0].title === '表格测试事项4', `two steps back; the bar says ${await ducha.locator('[data-bar]').textContent()}`)
    await ducha.focus('.tabulator')
    await ducha.keyboard.press('Control+y')
    await bar(ducha, '已重做')
    check((await named(ducha, codes[3]))[0].title === '表格测试事项4表', 'done again')
  }, ducha)

  await run('what another person changed since stays and is told', async () => {
    const leader = await open(browser, base)
    await signIn(leader, 'quzhang')
    const [row] = await named(leader, codes[3])
    const r = await call(leader, 'items.edit_many', { rows: [{ item: row.id, version: row.version, cells: [{ column: 'title', value: '表格测试事项4区长改' }] }] })
    check(r.status === 200, `leader edits: ${r.status} ${r.detail}`)
    await ducha.waitForFunction(() => document.querySelector('.tabulator').textContent.includes('区长改'))
    await ducha.focus('.tabulator')
    await ducha.keyboard.press('Control+z')
    await ducha.waitForSelector('[data-cell="refused"]', { timeout: 6000 }).catch(async () => check(false, `no conflict shown; the bar says: ${await ducha.locator('[data-bar]').textContent().catch(() => 'nothing')}`))
    check((await ducha.textContent('[data-cell="refused"]')).includes('此后已由'), 'says who and when')
    await shot(ducha, 'grid-conflict')
    await ducha.keyboard.press('Escape')
    await ducha.waitForSelector('.grid-preview', { state: 'detached' })
    await leader.context().close()
  }, ducha)

  await run('a view is saved, shared and opened by another account', async () => {
    await ducha.click('.view-acts .btn')
    await ducha.fill('#view-name', '表格测试视图')
    await ducha.selectOption('#view-sharing', 'all')
    await ducha.click('.el-dialog .btn.primary')
    await ducha.waitForURL(/view=\d+/)
    const address = new URL(ducha.url()).pathname + new URL(ducha.url()).search
    const swj = await open(browser, base)
    await signIn(swj, 'swj')
    await swj.goto(address)
    await swj.waitForSelector('.tabulator-row')
    check((await swj.locator('.tabulator-row').count()) === 4, 'the same four items, which this unit leads')
    await (await cell(swj, codes[0], 'title')).click({ position: { x: 250, y: 10 } })
    check((await swj.textContent('.grid-said')).includes('不能改'), 'a locked cell says why')
    const zjw = await open(browser, base)
    await signIn(zjw, 'zjw')
    await zjw.goto(address)
    await zjw.waitForSelector('.empty')
    await swj.context().close()
    await zjw.context().close()
  }, ducha)

  await run('the tree folds, frozen columns stay, axe finds nothing', async () => {
    await ducha.goto('/tasks')
    await ducha.waitForSelector('.tabulator-row')
    await ducha.selectOption('#grouping', 'line')
    await ducha.waitForSelector('.heading')
    const before = await ducha.getAttribute('.tabulator', 'aria-rowcount')
    await ducha.locator('.grid-twist').first().click()
    await ducha.waitForFunction((n) => document.querySelector('.tabulator').getAttribute('aria-rowcount') !== n, before)
    const x = await ducha.evaluate(() => {
      const box = document.querySelector('.tabulator-tableholder')
      const cell = document.querySelector('.tabulator-row:not(.heading) .c-title')
      const was = cell.getBoundingClientRect().x
      box.scrollLeft = 400
      return [was, cell.getBoundingClientRect().x, box.scrollLeft]
    })
    check(x[2] > 0 && Math.abs(x[0] - x[1]) < 2, `frozen: ${x}`)
    const found = await axe(ducha)
    check(!found.length, found.map((f) => f.id ?? f).join(', '))
    await shot(ducha, 'grid')
  }, ducha)

  await run('many steps are one act', async () => {
    await ducha.goto('/tasks?view=all&q=' + encodeURIComponent('表格测试'))
    await ducha.waitForSelector('.tabulator-row input[data-pick]')
    await ducha.locator('input[data-pick]').first().check()
    await ducha.locator('input[data-pick]').nth(1).check()
    await ducha.click('[data-step="item.approve"]')
    await ducha.waitForSelector('[data-result="ready"]')
    check((await ducha.locator('[data-result="ready"]').count()) === 2, 'both may be approved')
    await ducha.keyboard.press('Escape')
  }, ducha)

  await run('a phone gets cards', async () => {
    const phone = await open(browser, base, { width: 360, height: 780 })
    await signIn(phone, 'swj')
    await phone.goto('/tasks')
    await phone.waitForSelector('.cards li')
    check((await phone.locator('.tabulator').count()) === 0, 'no grid')
    check(await phone.evaluate(() => document.documentElement.scrollWidth <= 360), 'nothing stands over')
    await shot(phone, 'grid-phone')
    await phone.context().close()
  }, ducha)
  await ducha.context().close()
}
