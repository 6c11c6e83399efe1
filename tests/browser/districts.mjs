// The sign-in page of a server with several districts: choosing by keyboard and by click, the choice
// remembered, another one; then signed in there.
import { axe, check, open, run, serve, shot } from './lib.mjs'

const EXTRA = [['chengnan', '城南新区'], ['chengbei', '城北区']]

export async function districts(browser) {
  const server = await serve(EXTRA)
  const page = await open(browser, server.base)
  const listed = page.locator('#districts li')
  try {
    await run('several districts: one is chosen first', async () => {
      await page.goto('/sign-in')
      await listed.first().waitFor()
      check((await listed.allInnerTexts()).map((s) => s.split('\n').pop()).join() === 'chengbei,chengnan,dongcheng', 'all three, by code')
      check((await page.locator('#login').count()) === 0, 'no account before the district')
      const found = await axe(page)
      check(found.length === 0, found.join('\n'))
      await shot(page, 'districts')
    }, page)
    await run('several districts: typed letters and the keyboard', async () => {
      await page.fill('#district', '城')
      check((await listed.count()) === 3, 'all have it')
      await page.fill('#district', 'chengn')
      check((await listed.count()) === 1, 'one fits')
      await page.keyboard.press('Enter')
      await page.locator('#login').waitFor()
      await page.getByText('城南新区').waitFor()
      await shot(page, 'districts-chosen')
    }, page)
    await run('several districts: the device remembers, and lets go', async () => {
      await page.reload()
      await page.getByText('城南新区').waitFor()
      await page.getByRole('button', { name: '换地区' }).click()
      await listed.filter({ hasText: 'dongcheng' }).click()
      await page.locator('.demo li button').first().waitFor()
    }, page)
    await run('several districts: signed in where one chose', async () => {
      await page.locator('.demo li button').first().click()
      await page.click('form button.primary')
      await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
      const code = await page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).district.code)
      check(code === 'dongcheng', `signed in into ${code}`)
    }, page)
  } finally {
    await page.context().close()
    await server.stop()
  }
}
