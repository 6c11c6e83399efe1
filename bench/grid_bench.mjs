/*
 * The grid in a browser over 5,000 items: first paint of rows, frames while scrolling, the answer to a
 * filter, an edit of a cell, opening an item; medians of several runs beside the bars. The items are made by list_bench:
 *
 *     ninja -C build src/cli/bihuan bench/list_bench
 *     node bench/grid_bench.mjs [--build build] [--items 5000] [--runs 5] [--packs packs]
 *
 * First paint is counted from the navigation to the first frame with rows in it, with a warm cache of
 * files, as for somebody who comes back; --cold counts the first visit.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = new URL('../', import.meta.url).pathname
const arg = (name, other) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : other)
const build = join(root, arg('build', 'build'))
const runs = Number(arg('runs', '5'))
const cold = process.argv.includes('--cold')
const require = createRequire(join(root, 'web/package.json'))
const { chromium } = require('playwright-core')
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

async function serve(data) {
  const child = spawn(join(build, 'src/cli/bihuan'), ['serve', '--store', `sqlite:${data}/bihuan.db`, '--data', data, '--listen', '127.0.0.1:0', '--as-of', '2023-06-30'])
  let said = ''
  const base = await new Promise((resolve, reject) => {
    child.stdout.on('data', (c) => {
      said += c
      const at = /(http:\/\/127\.0\.0\.1:\d+)/.exec(said)
      if (at) resolve(at[1])
    })
    child.on('exit', () => reject(new Error(said)))
  })
  child.removeAllListeners('exit')
  return { base, stop: () => new Promise((r) => { child.once('exit', r); child.kill('SIGTERM') }) }
}

/** In the page: the first frame after rows stand there, counted from the navigation's start. */
const watchRows = () => {
  const look = () => {
    if (document.querySelector('.tabulator-row .tabulator-cell')) requestAnimationFrame(() => (window.__rows = performance.now()))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

async function firstPaint(page, base) {
  await page.goto(`${base}/tasks?view=all`)
  await page.waitForFunction(() => window.__rows)
  return page.evaluate(() => window.__rows)
}

/** Longest frames while the whole list is scrolled through in steps of a screen. */
function scroll(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const box = document.querySelector('.tabulator-tableholder')
    const frames = []
    let was = performance.now()
    box.scrollTop = 0
    const step = (now) => {
      frames.push(now - was)
      was = now
      const before = box.scrollTop
      box.scrollTop = before + 600
      if (box.scrollTop > before && frames.length < 2000) requestAnimationFrame(step)
      else resolve({ n: frames.length, longest: Math.max(...frames.slice(2)), over: frames.slice(2).filter((f) => f > 50).length })
    }
    requestAnimationFrame(step)
  }))
}

/** From the click on a chip to the frame that shows the new count. */
function filter(page, n) {
  return page.evaluate((i) => new Promise((resolve) => {
    const chips = [...document.querySelectorAll('.facets [role=group]')].at(-1).querySelectorAll('.chip')
    const chip = [...chips].find((c) => c.getAttribute('aria-pressed') === 'true') ?? chips[i]
    const was = document.querySelector('.tabulator').getAttribute('aria-rowcount')
    const t = performance.now()
    chip.click()
    const look = () => {
      if (document.querySelector('.tabulator')?.getAttribute('aria-rowcount') !== was) requestAnimationFrame(() => resolve(performance.now() - t))
      else requestAnimationFrame(look)
    }
    look()
  }), n)
}

/** From Enter in a cell to the frame in which the row shows what the server has stored. */
async function edit(page, base, n) {
  await page.goto(`${base}/tasks?view=all&sort=state`)
  await page.waitForFunction(() => window.__rows)
  await page.waitForTimeout(400)
  const row = page.locator('.tabulator-row:not(.heading)', { has: page.locator('.c-title[aria-readonly="false"]') }).first()
  await row.locator('.c-state').click()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('F2')
  const words = `改过的名称 ${n} ${Date.now()}`
  await page.fill('.grid-editor', words)
  return page.evaluate((text) => new Promise((resolve) => {
    const t = performance.now()
    document.querySelector('.grid-editor').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
    const look = () => {
      if ([...document.querySelectorAll('.c-title .grid-title')].some((c) => c.textContent.includes(text))) requestAnimationFrame(() => resolve(performance.now() - t))
      else requestAnimationFrame(look)
    }
    look()
  }), words)
}

function openItem(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const t = performance.now()
    document.querySelector('.grid-title a').click()
    const look = () => {
      if (document.querySelector('.item-head h1')) requestAnimationFrame(() => resolve(performance.now() - t))
      else requestAnimationFrame(look)
    }
    look()
  }))
}

const dir = mkdtempSync(join(tmpdir(), 'bihuan-grid-'))
let server
let browser
try {
  const data = arg('data', dir)
  // Its own questions name items of its usual 100,000: with fewer it ends early, the store is made all the same.
  if (data === dir) spawnSync(join(build, 'bench/list_bench'), ['--items', arg('items', '5000'), '--rounds', '1', '--packs', join(root, arg('packs', 'packs')), '--folder', dir], { stdio: 'ignore' })
  server = await serve(data)
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
  const paint = [], longest = [], over = [], answer = [], page_ = [], edits = []
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
  await context.addInitScript(watchRows)
  const page = await context.newPage()
  await page.goto(`${server.base}/sign-in`)
  await page.fill('#login', 'ducha')
  await page.fill('#password', 'bihuan-2023')
  await page.click('form button.primary')
  await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
  if (!cold) await firstPaint(page, server.base)
  for (let i = 0; i < runs; i++) {
    paint.push(await firstPaint(page, server.base))
    await page.waitForTimeout(400)
    const s = await scroll(page)
    longest.push(s.longest)
    over.push(s.over)
    answer.push(await filter(page, 3))
    await page.waitForTimeout(300)
    answer.push(await filter(page, 3))
    await page.waitForTimeout(300)
    page_.push(await openItem(page))
    edits.push(await edit(page, server.base, i))
  }
  const row = (name, value, bar, unit = 'ms') => console.log(`${name.padEnd(46)} ${String(Math.round(value)).padStart(6)} ${unit}   bar ${bar} ${unit}   ${value <= bar ? 'kept' : 'MISSED'}`)
  console.log(`medians of ${runs} runs, ${cold ? 'cold' : 'warm'} cache; all values: paint ${paint.map(Math.round)}, filter ${answer.map(Math.round)}, frame ${longest.map(Math.round)}, item ${page_.map(Math.round)}, edit ${edits.map(Math.round)}`)
  row('first paint of rows', median(paint), 500)
  row('longest frame while scrolling all rows', median(longest), 50)
  row('frames over 50 ms in a run', median(over), 0, '')
  row('filter answered and painted', median(answer), 150)
  row('cell edited, stored and painted', median(edits), 150)
  row('item page', median(page_), 200)
} finally {
  await browser?.close()
  await server?.stop()
  rmSync(dir, { recursive: true, force: true })
}
