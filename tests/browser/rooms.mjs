// Every room looked at and checked: axe, sizes, themes, English, print; and what must not go wrong:
// keyboard, Back, a bad expression, a version that moved, an ended session, a lost connection, a lock.
import { join } from 'node:path'
import { statSync } from 'node:fs'
import { axe, check, expected, open, run, shot, shots, signIn } from './lib.mjs'

const ITEM = '2023-02-01' // has a change request and two baselines
const ROOMS = [
  ['my-day', '/my-day', '.owed li'],
  ['tasks', '/tasks', '.tabulator-row:not(.heading)'],
  ['item', `/item/${ITEM}`, '.loop svg .box.current'],
  ['import', '/import', '#earlier'],
  ['journal', '/journal', '.journal > li'],
  ['units', '/admin/units', 'table.plain tbody tr'],
  ['people', '/admin/people', 'table.plain tbody tr'],
  ['calendar', '/admin/calendar', '.month .k-off'],
  ['rules', '/admin/rules', 'table.plain tbody tr'],
]

async function clean(page) {
  const found = await axe(page)
  check(found.length === 0, found.join('\n'))
}
async function see(page, path, marker) {
  await page.goto(path)
  await page.waitForSelector(marker)
}
async function narrow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  check(wide <= 361, `scrolls sideways at 360 px: ${wide}`)
}

export async function rooms(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'ducha')
  for (const [name, path, marker] of ROOMS) {
    await run(`${name}: no serious finding of axe`, async () => {
      await see(page, path, marker)
      await clean(page)
      await shot(page, `room-${name}`)
    }, page)
  }
  for (const tab of ['reports', 'evidence', 'verify', 'clocks', 'history', 'origin']) {
    await run(`item, tab ${tab}: no serious finding of axe`, async () => {
      await see(page, `/item/${ITEM}?tab=${tab}`, '#tab-panel')
      await page.waitForTimeout(400)
      await clean(page)
      await shot(page, `tab-${tab}`)
    }, page)
  }

  await run('large screen, tall page', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 })
    await see(page, '/tasks', '.tabulator-row:not(.heading)')
    await shot(page, 'wide-tasks')
    await see(page, `/item/${ITEM}`, '.baselines')
    await shot(page, 'wide-item')
    await page.setViewportSize({ width: 1366, height: 768 })
  }, page)

  await run('telephone: nothing scrolls sideways', async () => {
    await page.setViewportSize({ width: 360, height: 780 })
    try {
      for (const [name, path, marker] of ROOMS.slice(0, 4)) {
        await see(page, path, name === 'tasks' ? '.cards .panel' : marker)
        await narrow(page)
        await clean(page)
        await shot(page, `phone-${name}`)
      }
    } finally {
      await page.setViewportSize({ width: 1366, height: 768 })
    }
  }, page)

  for (const theme of ['dark', 'contrast']) {
    await run(`${theme}: contrast holds`, async () => {
      await page.evaluate((t) => localStorage.setItem('set:theme', t), theme)
      try {
        for (const [name, path, marker] of ROOMS.slice(0, 3)) {
          await see(page, path, marker)
          await clean(page)
          await shot(page, `${theme}-${name}`)
        }
      } finally {
        await page.evaluate(() => localStorage.removeItem('set:theme'))
      }
    }, page)
  }
  await run('large type', async () => {
    await page.evaluate(() => localStorage.setItem('set:large', '1'))
    await see(page, '/tasks', '.tabulator-row:not(.heading)')
    await shot(page, 'large-tasks')
    await page.evaluate(() => localStorage.removeItem('set:large'))
  }, page)

  await run('English without reload, and back', async () => {
    await see(page, '/tasks', '.tabulator-row:not(.heading)')
    await page.evaluate(() => (window.__same = true))
    await page.click('.bar-btn[lang="en"]')
    await page.waitForSelector('.rail a:has-text("Tasks")')
    await page.waitForSelector('.tag.state:has-text("Accepted")')
    check(await page.evaluate(() => window.__same === true && document.documentElement.lang === 'en'), 'the page was not reloaded')
    await clean(page)
    await shot(page, 'english-tasks')
    await see(page, `/item/${ITEM}`, '.loop svg .box.current')
    await shot(page, 'english-item')
    await page.click('.bar-btn[lang="zh-CN"]')
    await page.waitForSelector('.rail a:has-text("任务清单")')
  }, page)

  await run('prints: list and item as PDF, with shapes and letters of the lights', async () => {
    for (const [name, path, marker] of [ROOMS[1], ROOMS[2]]) {
      await see(page, path, marker)
      await page.emulateMedia({ media: 'print' })
      check(!(await page.isVisible('.topbar')), 'the frame is not printed')
      const file = join(shots, `print-${name}.pdf`)
      await page.pdf({ path: file, format: 'A4', landscape: name === 'tasks' })
      check(statSync(file).size > 20_000, 'the PDF holds something')
      await page.emulateMedia({ media: 'screen' })
    }
  }, page)

  await run('counts filter the list, the address keeps it, Back undoes it', async () => {
    await see(page, '/tasks', '.tabulator-row:not(.heading)')
    const all = await page.textContent('.tasks-head [role=status]')
    const chip = page.locator('.facets .chip', { hasText: '红' })
    const n = (await chip.locator('.n').textContent()).trim()
    await chip.click()
    await page.waitForFunction((x) => document.querySelector('.tasks-head [role=status]').textContent.includes(`${x} 件`), n)
    check(page.url().includes('light=red'), page.url())
    await page.waitForFunction((x) => document.querySelectorAll('.tabulator-row:not(.heading)').length === Number(x), n)
    await page.goBack()
    await page.waitForFunction((x) => document.querySelector('.tasks-head [role=status]').textContent === x, all)
  }, page)

  await run('a bad expression shows where it is wrong; a good one filters', async () => {
    await see(page, '/tasks', '.tabulator-row:not(.heading)')
    await page.click('button[aria-expanded]:has-text("表达式")')
    expected.on = true
    await page.fill('#where', '状态 = 办理中 且 完成时限 << 今天')
    await page.press('#where', 'Enter')
    await page.waitForSelector('#where-wrong mark')
    await shot(page, 'expression-wrong')
    expected.on = false
    await page.fill('#where', '状态 = 办理中 且 完成时限 < 今天')
    await page.press('#where', 'Enter')
    await page.waitForSelector('#where-wrong', { state: 'detached' })
    await page.waitForSelector('.tabulator-row:not(.heading)')
    for (const left of await page.locator('.tabulator-row:not(.heading) .c-left').allTextContents()) check(left.includes('逾期'), left)
  }, page)
  expected.on = false

  await run('keyboard alone: g t, j, Space peeks, Esc, Enter opens, Back returns', async () => {
    await see(page, '/my-day', '.owed li')
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.waitForURL(/tasks/)
    await page.waitForSelector('.tabulator-row:not(.heading)')
    await page.focus('.tabulator')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Space')
    await page.waitForSelector('.peek h2')
    await clean(page)
    await shot(page, 'tasks-peek')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.peek', { state: 'detached' })
    await page.keyboard.press('Enter')
    await page.waitForURL(/item\//)
    await page.waitForSelector('.item-head h1')
    await page.goBack()
    await page.waitForSelector('.tabulator-row:not(.heading)')
  }, page)

  await run('the palette finds an item by pinyin initials', async () => {
    await page.keyboard.press('Control+k')
    await page.waitForSelector('input[aria-controls=hits]:focus')
    await page.keyboard.type('hxyzt')
    await page.waitForSelector('.hits li:has-text("航星园组团")')
    await clean(page)
    await shot(page, 'palette')
    while (!(await page.textContent('.hits li[aria-selected=true]')).includes('航星园')) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/item\/2023-01-03/)
  }, page)

  await run('a version that moved shows both versions and loses no words', async () => {
    const other = await open(browser, base)
    await signIn(other, 'ducha2')
    const draft = await page.evaluate(async () => (await (await fetch('/api/v1/items?state=drafted&limit=1')).json()).rows[0].code)
    for (const p of [page, other]) {
      await see(p, `/item/${draft}`, '.item-head h1')
      await p.click('[data-command="item.edit"]')
      await p.waitForSelector('.el-dialog form')
    }
    await other.fill('[id="item.edit-place"]', '王府井')
    await other.click('.el-dialog__footer .btn.primary')
    await other.waitForSelector('.el-dialog', { state: 'hidden' })
    expected.on = true
    await page.fill('[id="item.edit-content"]', '我写的内容')
    await page.click('.el-dialog__footer .btn.primary')
    await page.waitForSelector('.el-dialog .notice:has-text("别人改动过")')
    check((await page.inputValue('[id="item.edit-content"]')) === '我写的内容', 'the words are kept')
    await shot(page, 'stale')
    await page.click('.el-dialog button:has-text("按现在的版本")')
    await page.waitForSelector('.el-dialog', { state: 'hidden' })
    await page.waitForSelector('#tab-panel:has-text("我写的内容")')
    check((await page.textContent('#tab-panel')).includes('王府井'), 'the other change is kept as well')
    expected.on = false
    await other.context().close()
  }, page)
  expected.on = false

  await run('an ended session: sign in over the page and go on, nothing lost', async () => {
    await see(page, `/item/${ITEM}`, '.item-head h1')
    await page.click('[data-command="item.urge"]')
    await page.fill('[id="item.urge-body"]', '请于本周五前补报进展。')
    expected.on = true
    await page.context().clearCookies()
    await page.click('.el-dialog__footer .btn.primary')
    await page.waitForSelector('dialog.again')
    await shot(page, 'expired')
    await page.fill('#again-password', 'bihuan-2023')
    await page.click('dialog.again button.primary')
    await page.waitForSelector('.el-dialog', { state: 'hidden' })
    expected.on = false
    await see(page, `/item/${ITEM}?tab=reports`, '#tab-panel:has-text("请于本周五前补报进展")')
  }, page)
  expected.on = false

  const unit = await open(browser, base, { width: 360, height: 780 })
  await run('a lost connection: the report is kept, sent once when it is back', async () => {
    await signIn(unit, 'fgw')
    const code = await unit.evaluate(async () => {
      const d = await (await fetch('/api/v1/my_day')).json()
      return d.owe.find((o) => o.act === 'report').item.code
    })
    const reports = () => unit.evaluate(async (c) => (await (await fetch(`/api/v1/item?item=${c}`)).json()).reports.length, code)
    const before = await reports()
    await see(unit, `/report/${code}`, '#r-narrative')
    await unit.fill('#r-progress', '63')
    await unit.fill('#r-narrative', '雨天施工，完成基坑支护。')
    expected.on = true
    await unit.context().setOffline(true)
    await unit.click('.send button')
    await unit.waitForSelector('[data-waiting]')
    await shot(unit, 'phone-offline')
    await unit.context().setOffline(false)
    await unit.waitForSelector('section[role=status]:has-text("已提交")')
    expected.on = false
    check((await reports()) === before + 1, 'exactly one report more')
    await shot(unit, 'phone-sent')
  }, unit)
  expected.on = false

  await run('a room without permission says who can grant it', async () => {
    await unit.goto('/journal')
    await unit.waitForURL(/no-permission/)
    check((await unit.textContent('main')).includes('安全管理员'), 'names who grants roles')
    check(!(await unit.isVisible('.rail a[href="/journal"]')), 'no dead entry in the rail')
  }, unit)
  await unit.context().close()

  const admin = await open(browser, base)
  await run('the security administrator: accounts and roles, no business rooms', async () => {
    await signIn(admin, 'anquan')
    check(!(await admin.isVisible('.rail a[href="/tasks"]')), 'no tasks for the security administrator')
    await see(admin, '/admin/accounts', 'table.plain tbody tr')
    await clean(admin)
    const row = admin.locator('tr', { hasText: 'tjjt' })
    await row.locator('button:has-text("停用")').click()
    await row.locator('td:has-text("已停用")').waitFor()
    await row.locator('button:has-text("启用")').click()
    await row.locator('button:has-text("停用")').waitFor()
    await shot(admin, 'room-accounts')
  }, admin)
  await admin.context().close()

  await run('an unknown year of the calendar warns', async () => {
    await see(page, '/admin/calendar', '.month')
    check((await page.textContent('.year')).includes('国庆节'), 'holidays by name')
    for (let y = 2023; y < 2027; y++) {
      await page.click(`button:has-text("${y + 1}")`)
      await page.waitForSelector(`h2:has-text("${y + 1}")`)
    }
    await page.waitForSelector('.notice[role=alert]')
    await shot(page, 'calendar-unknown')
  }, page)

  const wrong = await open(browser, base)
  await run('wrong passwords are told, then locked with a sentence', async () => {
    expected.on = true
    await wrong.goto('/sign-in')
    let said = ''
    for (let i = 0; i < 7 && !/失败次数过多/.test(said); i++) {
      await wrong.fill('#login', 'shenji')
      await wrong.fill('#password', `wrong-${i}`)
      await Promise.all([wrong.waitForResponse((r) => r.url().endsWith('/session')), wrong.click('form button.primary')])
      await wrong.waitForSelector('.sign-in .notice[role=alert]')
      await wrong.waitForTimeout(150)
      said = await wrong.textContent('.sign-in .notice[role=alert]')
    }
    check(/失败次数过多/.test(said), said)
    await shot(wrong, 'locked')
    expected.on = false
  }, wrong)
  expected.on = false
  await wrong.context().close()
  await page.context().close()
}
