// What every browser test needs: a fresh store and server, pages that tell of every console error and
// content-policy violation, axe, TAP lines, screenshots.
import { spawn, execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = new URL('../../', import.meta.url).pathname
export const shots = join(root, 'tests/browser/shots')
const require = createRequire(join(root, 'web/package.json'))
const { chromium } = require('playwright-core')
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

export const bihuan = process.env.BIHUAN ?? join(root, 'build/src/cli/bihuan')
export const AS_OF = '2023-06-30'
const PASSWORD = 'bihuan-2023'

let count = 0
let failed = 0
export function tell(ok, name, why = '') {
  count++
  if (!ok) failed++
  console.log(`${ok ? 'ok' : 'not ok'} ${count} - ${name}`)
  if (why) for (const line of String(why).split('\n').slice(0, 14)) console.log(`# ${line}`)
}
export function check(condition, what) {
  if (!condition) throw new Error(what)
}
export function finish() {
  console.log(`1..${count}`)
  return failed === 0 && count > 0 ? 0 : 1
}

function chromiumPath() {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p))
  if (!found) throw new Error('no Chromium: apt-get install chromium')
  return found
}

/**
 * A new store from the worked example, and empty districts [code, name] beside it, and a server on a free port.
 * earlier: what was done before the server starts, as [command, arguments, login].
 */
export async function serve(beside = [], earlier = []) {
  const dir = mkdtempSync(join(tmpdir(), 'bihuan-browser-'))
  const data = join(dir, 'data')
  const env = { ...process.env, BIHUAN_PACKS: process.env.BIHUAN_PACKS ?? join(root, 'packs') }
  execFileSync(bihuan, ['init', data, '--pack', 'dongcheng-2023'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  for (const [code, name] of beside) {
    const words = ['--pack', 'blank', '--code', code, '--name', name, '--year', '2023', '--hours', '09:00-12:00,13:00-18:00', '--login', 'admin']
    execFileSync(bihuan, ['init', data, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const at = ['--store', `sqlite:${join(data, 'bihuan.db')}`, '--data', data, '--as-of', AS_OF]
  for (const [command, args, login] of earlier) {
    execFileSync(bihuan, ['do', command, JSON.stringify(args), '--as', login, ...at], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const child = spawn(bihuan, ['serve', '--config', join(data, 'serve.ini'), ...at, '--listen', '127.0.0.1:0'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const base = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start: ${said}`)), 30_000)
    const hear = (chunk) => {
      said += chunk
      const at = /^\s*(?:.*\s)?(http:\/\/127\.0\.0\.1:\d+)\/?\s*$/m.exec(said)
      if (at) {
        clearTimeout(timer)
        resolve(at[1])
      }
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', (c) => (said += c))
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
  })
  child.removeAllListeners('exit')
  return {
    base, data,
    async stop() {
      const gone = new Promise((r) => child.once('exit', r))
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 8000)
      await gone
      clearTimeout(hard)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export const complaints = []
/** Answers that a test provokes on purpose: their console lines are no complaint. */
export const expected = { on: false }

export async function browse() {
  mkdirSync(shots, { recursive: true })
  return chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--lang=zh-CN'] })
}

export async function open(browser, base, { width = 1366, height = 768, ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', baseURL: base, ...more })
  await context.exposeBinding('__violation', (_source, text) => complaints.push(`content policy: ${text}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => window.__violation(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile ?? ''}:${e.lineNumber} on ${location.pathname}`))
  })
  const page = await context.newPage()
  page.setDefaultTimeout(12_000)
  page.on('console', (m) => {
    if (m.type() === 'error' && !expected.on) complaints.push(`console: ${m.text()} on ${page.url()}`)
  })
  page.on('pageerror', (e) => complaints.push(`page error: ${e.message} on ${page.url()}`))
  return page
}

export async function signIn(page, login) {
  await page.goto('/sign-in')
  await page.fill('#login', login)
  await page.fill('#password', PASSWORD)
  await page.click('form button.primary')
  await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
}

export async function shot(page, name, more = {}) {
  await page.screenshot({ path: join(shots, `${name}.png`), ...more })
}

/** Serious and critical findings of axe on the page as it stands, once nothing fades in or out any more. */
export async function axe(page) {
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Infinity))
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const r = await window.axe.run(document, { resultTypes: ['violations'] })
    return r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | ')}`)
  })
  return found
}

export async function run(name, job, page) {
  const before = complaints.length
  try {
    await job()
    const said = complaints.slice(before)
    tell(said.length === 0, name, said.join('\n'))
    return said.length === 0
  } catch (e) {
    tell(false, name, e.stack ?? e)
    if (page) await shot(page, `failed-${count}`).catch(() => undefined)
    return false
  }
}

/** Chooses in a select with search: opens it, types, takes the option with the text. */
export async function choose(page, id, typed, option) {
  const input = page.locator(`[id="${id}"]`)
  await input.click()
  await input.fill(typed)
  const box = page.locator(`[id="${await input.getAttribute('aria-controls')}"]`)
  await box.locator('.el-select-dropdown__item', { hasText: option }).first().click()
}

export async function pickDay(page, id, text) {
  const input = page.locator(`[id="${id}"]`)
  await input.fill(text)
  await input.press('Enter')
}
