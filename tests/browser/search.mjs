// Ctrl-K as people use it: words, pinyin initials, short names, codes; what was left out; the way back.
import { axe, check, open, run, shot, signIn } from './lib.mjs'

async function type(page, words) {
  const answer = page.waitForResponse((r) => r.url().includes('/api/v1/search?'))
  await page.fill('.el-dialog input[role=combobox]', words)
  check((await answer).ok(), `the search of ${words} is refused`)
  await page.waitForTimeout(0)
}
const texts = (page) => page.$$eval('#hits [role=option]', (all) => all.map((x) => x.textContent.trim()))

export async function search(browser, base) {
  const page = await open(browser, base)
  await signIn(page, 'ducha')
  await page.waitForURL('**/my-day')
  await run('the palette says what can be found', async () => {
    await page.keyboard.press('Control+k')
    await page.waitForSelector('#hits [role=option]')
    check((await page.textContent('.el-dialog')).includes('事项的名称'), 'no word about what can be found')
    await shot(page, 'search-empty')
  }, page)
  for (const [words, part] of [['组团', '组团'], ['hxyzt', '航星园'], ['区发改委', '发展和改革'], ['dcs', '督查室']]) {
    await run(`${words} finds ${part}`, async () => {
      await type(page, words)
      await page.waitForFunction((p) => [...document.querySelectorAll('#hits [role=option]')]
        .some((x) => x.textContent.includes(p) && x.querySelector('mark')), part)
      check((await axe(page)).length === 0, 'not accessible')
      await shot(page, `search-${part}`)
    }, page)
  }
  await run('a misspelt last word is said to be left out', async () => {
    await type(page, '组团 环镜竟')
    await page.waitForFunction(() => document.querySelector('.said').textContent.includes('环镜竟'))
    check((await texts(page)).length > 0, 'nothing left')
    await shot(page, 'search-left-out')
  }, page)
  await run('Enter opens the first item, Back returns', async () => {
    await type(page, '2023-11-04')
    await page.waitForFunction(() => document.querySelector('#hits').textContent.includes('2023-11-04'))
    await page.keyboard.press('Enter')
    await page.waitForURL('**/item/2023-11-04')
    await page.goBack()
    await page.waitForURL('**/my-day')
  }, page)
  await run('what was opened stands first the next time', async () => {
    await page.keyboard.press('Control+k')
    await page.waitForSelector('#hits [role=option]')
    check((await texts(page))[0].includes('2023-11-04'), 'the item opened last is not there')
  }, page)
  await page.close()
  const phone = await open(browser, base, { width: 360, height: 780 })
  await signIn(phone, 'ducha')
  await phone.waitForURL('**/my-day')
  await run('the palette fits a phone', async () => {
    await phone.keyboard.press('Control+k')
    await phone.waitForSelector('#hits [role=option]')
    await type(phone, '项目')
    await phone.waitForFunction(() => document.querySelector('#hits mark'))
    check(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'wider than the screen')
    await shot(phone, 'search-phone')
  }, phone)
  await phone.close()
}
