// A connection that breaks at every bad moment: nothing typed is lost, nothing is done twice.
import { axe, check, expected, open, run, shot, signIn } from './lib.mjs'

const SEND = '.send button'
const SENT = 'section[role=status]:has-text("已提交")'
const reports = (page, code) => page.evaluate(async (c) => (await (await fetch(`/api/v1/item?item=${c}`)).json()).reports.length, code)
const owed = (page) => page.evaluate(async () => {
  const d = await (await fetch('/api/v1/my_day')).json()
  return d.owe.filter((o) => o.act === 'report').map((o) => o.item.code)
})
const left = (page) => page.evaluate(() => Object.keys(localStorage).filter((k) => /^(outbox|draft):/.test(k) && !k.includes('palette')).length)

async function write(page, code, words) {
  await page.goto(`/report/${encodeURIComponent(code)}`)
  await page.waitForSelector('#r-narrative')
  await page.fill('#r-progress', '41')
  await page.fill('#r-narrative', words)
}
/** Commands of a browser meet a wall from here on; what the wall lets through is for the test to say. */
async function wall(page, meet) {
  expected.on = true
  await page.context().route('**/api/v1/do/**', meet)
  return async () => {
    await page.context().unroute('**/api/v1/do/**')
    expected.on = false
  }
}

async function lost(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'fgw')
  await page.waitForURL('**/my-day')
  const codes = await owed(page)
  check(codes.length > 0, 'the example owes reports')
  const code = codes[0]
  const before = await reports(page, code)

  await run('without a connection the report waits, and says so in the form and below', async () => {
    await write(page, code, '断网时写的进展。')
    expected.on = true
    await page.context().setOffline(true)
    await page.click(SEND)
    await page.waitForSelector('[data-waiting]')
    await page.waitForSelector('[data-outbox]:has-text("1 条待发送")')
    check(await page.isDisabled(SEND), 'it cannot be given twice')
    await shot(page, 'outbox-waiting')
    await page.click('[data-outbox] button[aria-expanded]')
    check((await axe(page)).length === 0, 'not accessible')
    await shot(page, 'outbox-open')
  }, page)
  await run('the connection is back: it goes by itself, once', async () => {
    await page.context().setOffline(false)
    expected.on = false
    await page.waitForSelector(SENT)
    check((await reports(page, code)) === before + 1, 'exactly one report more')
    check((await left(page)) <= 1, 'no draft is left')
  }, page)

  const keys = []
  await run('done, but the answer was lost, and the page is loaded anew: the same key, one report', async () => {
    await write(page, code, '答复丢失的进展。')
    const lift = await wall(page, async (route) => {
      keys.push(route.request().headers()['idempotency-key'])
      await route.fetch()
      await route.abort()
    })
    await page.click(SEND)
    await page.waitForSelector('[data-waiting]')
    check((await reports(page, code)) === before + 2, 'the server did it')
    await page.context().route('**/api/v1/do/**', (r) => r.abort())
    await page.reload()
    await page.waitForSelector('[data-waiting]')
    check((await page.inputValue('#r-narrative')) === '答复丢失的进展。', 'the words stand in the form')
    await lift()
    const again = page.waitForRequest('**/api/v1/do/item.report')
    await page.click('[data-waiting] .btn')
    keys.push((await again).headers()['idempotency-key'])
    await page.waitForSelector('[data-told=done]')
    check(keys.length >= 2 && keys.every((k) => k && k === keys[0]), `one key: ${keys.join(' ')}`)
    check((await reports(page, code)) === before + 2, 'and not twice')
    await page.waitForFunction(() => document.querySelector('#r-narrative').value === '')
    await shot(page, 'outbox-arrived')
  }, page)

  await run('refused in the end: the words are still in their form, with the reason', async () => {
    await write(page, code, '被拒绝的进展。')
    const lift = await wall(page, (route) => route.abort())
    await page.click(SEND)
    await page.waitForSelector('[data-waiting]')
    await page.goto('/my-day')
    await page.waitForSelector('[data-outbox]')
    await page.context().unroute('**/api/v1/do/**')
    // The server's own refusal, as when somebody else was faster: the version it asks for is not this one.
    const beside = await page.context().newPage()
    await page.context().route('**/api/v1/do/item.report', async (route) => {
      const body = { ...JSON.parse(route.request().postData()), version: 1 }
      await route.continue({ postData: JSON.stringify(body) })
    })
    await page.click('[data-outbox] .btn:not([aria-expanded])')
    await page.waitForSelector('[data-told=refused]')
    await shot(page, 'outbox-refused')
    await page.context().unroute('**/api/v1/do/item.report')
    await beside.close()
    await lift()
    await page.click('[data-told=refused] a')
    await page.waitForSelector('#r-narrative')
    check((await page.inputValue('#r-narrative')) === '被拒绝的进展。', 'the words came back')
    await page.click(SEND)
    await page.waitForSelector(SENT)
    check((await reports(page, code)) === before + 3, 'given again, it is done')
  }, page)

  await run('the tab that waited is closed: another tab of the browser sends it', async () => {
    const beside = await page.context().newPage()
    await write(page, code, '另一个标签页代发的进展。')
    await beside.goto('/my-day')
    await beside.waitForSelector('.owed, .empty')
    const lift = await wall(page, (route) => route.abort())
    await page.click(SEND)
    await beside.waitForSelector('[data-outbox]:has-text("1 条待发送")')
    await page.close()
    await lift()
    await beside.click('[data-outbox] .btn:not([aria-expanded])')
    await beside.waitForSelector('[data-outbox]', { state: 'hidden' })
    await beside.waitForSelector('[data-told=done]')
    check((await reports(beside, code)) === before + 4, 'exactly one more')
    await beside.context().close()
  })
}

async function taken(browser, base) {
  const page = await open(browser, base, { width: 360, height: 780, colorScheme: 'dark' })
  await signIn(page, 'fgw')
  await page.waitForURL('**/my-day')
  const [code] = await owed(page)
  const before = await reports(page, code)
  await run('taken back before it went: the form is free again, and nothing was done', async () => {
    await write(page, code, '想改一改再发。')
    const lift = await wall(page, (route) => route.abort())
    await page.click(SEND)
    await page.waitForSelector('[data-waiting]')
    await shot(page, 'outbox-phone-dark')
    check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'wider than the screen')
    await page.click('[data-waiting] .btn:nth-of-type(2)')
    await page.waitForSelector('.notice:has-text("已撤回")')
    check((await page.locator('[data-outbox]').count()) === 0, 'nothing waits')
    check((await page.inputValue('#r-narrative')) === '想改一改再发。', 'the words stay')
    await lift()
    check((await reports(page, code)) === before, 'nothing was done')
  }, page)
  await page.context().close()
}

async function stream(browser, base) {
  const one = await open(browser, base)
  const asked = []
  one.context().on('request', (r) => r.url().endsWith('/api/v1/events') && asked.push(r.frame().page()))
  await signIn(one, 'ducha')
  await one.waitForURL('**/my-day')
  await run('two tabs, one stream; when its tab is closed the other takes it over', async () => {
    const got = await one.context().newPage()
    await got.goto('/tasks')
    await got.waitForSelector('.tabulator-row')
    await got.waitForTimeout(500)
    check(asked.length === 1 && asked[0] === one, `${asked.length} streams for two tabs`)
    const next = one.context().waitForEvent('request', (r) => r.url().endsWith('/api/v1/events'))
    await one.close()
    check((await next).frame().page() === got, 'the tab that is left has it')
    await got.context().close()
  })
}

async function ways(browser, base) {
  const page = await open(browser, base, { height: 420 })
  await signIn(page, 'ducha')
  await page.waitForURL('**/my-day')
  const top = () => page.evaluate(() => document.querySelector('#main .tabulator-tableholder').scrollTop)
  await run('back to the list: the same filter, the same place; the crumb leads there as well', async () => {
    await page.goto('/tasks?sort=-code')
    await page.waitForSelector('.tabulator-row')
    await page.evaluate(() => (document.querySelector('#main .tabulator-tableholder').scrollTop = 100))
    const was = await top()
    check(was > 0, 'the list is long enough to scroll')
    const address = page.url()
    await page.evaluate(() => document.querySelector('.rail a[href="/my-day"]').click())
    await page.waitForURL('**/my-day')
    await page.goBack()
    await page.waitForSelector('.tabulator-row')
    await page.waitForFunction((y) => Math.abs(document.querySelector('#main .tabulator-tableholder').scrollTop - y) <= 2, was)
    check(page.url() === address, `the filter is in the address: ${page.url()}`)
    await page.keyboard.press('Control+k')
    await page.fill('.el-dialog input[role=combobox]', '2023-11-04')
    await page.waitForFunction(() => document.querySelector('#hits').textContent.includes('2023-11-04'))
    await page.keyboard.press('Enter')
    await page.waitForURL('**/item/2023-11-04')
    await page.waitForFunction(() => document.title.startsWith('2023-11-04 '))
    await page.waitForFunction(() => document.querySelector('.crumbs [aria-current]').textContent.startsWith('2023-11-04'))
    await page.click('#tab-history')
    await page.waitForURL('**tab=history')
    check((await page.title()).startsWith('2023-11-04 '), 'a tab of the item keeps its title')
    await shot(page, 'place-item')
    await page.click('.crumbs a')
    await page.waitForURL(address)
  }, page)
  await run('an address that leads nowhere says so, and the way home', async () => {
    await page.goto('/no/such/room')
    await page.waitForSelector('main h1:has-text("没有这个页面"), main .btn[href="/"]')
    check((await page.title()).includes('·'), 'it has a title')
    await page.click('main .btn[href="/"]')
    await page.waitForURL('**/my-day')
  }, page)
  await run('the sheet of keys', async () => {
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.keyboard.press('?')
    await page.waitForSelector('.key-sheet kbd')
    check((await page.locator('.key-sheet kbd').count()) > 25, 'all keys')
    check((await axe(page)).length === 0, 'not accessible')
    await shot(page, 'place-keys')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.key-sheet', { state: 'hidden' })
  }, page)
  await run('the palette finds a view and what can be done, by initials, and does it', async () => {
    const find = async (words, text) => {
      await page.keyboard.press('Control+k')
      await page.waitForSelector('.el-dialog input[role=combobox]')
      const ms = await page.evaluate(async ([w, x]) => {
        const i = document.querySelector('.el-dialog input[role=combobox]')
        const begun = performance.now()
        i.value = w
        i.dispatchEvent(new Event('input', { bubbles: true }))
        while (!document.querySelector('#hits').textContent.includes(x)) {
          if (performance.now() - begun > 8000) throw new Error(`${w} does not find ${x}`)
          await new Promise((r) => requestAnimationFrame(r))
        }
        return performance.now() - begun
      }, [words, text])
      console.log(`# ${words}: ${text} stands after ${Math.round(ms)} ms`)
    }
    await find('组团', '组团')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#hits', { state: 'hidden' })
    await find('dhy', '待核验')
    await shot(page, 'place-palette')
    await page.locator('#hits [role=option]', { hasText: '待核验' }).first().click()
    await page.waitForURL('**/tasks?view=*')
    await page.waitForFunction(() => document.title.startsWith('待核验'))
    await find('xjsx', '新建事项')
    await page.locator('#hits [role=option]', { hasText: '新建事项' }).first().click()
    await page.waitForSelector('#form-item\\.draft')
  }, page)
  await page.context().close()
}

export async function outbox(browser, base) {
  await lost(browser, base)
  expected.on = false
  await taken(browser, base)
  expected.on = false
  await stream(browser, base)
  await ways(browser, base)
}
