// node tests/browser/run.mjs [AREA...]: the interface in a real browser, each area against a fresh server of its own.
// TAP on standard output; screenshots in tests/browser/shots. BIHUAN names the binary to test.
import { spawnSync } from 'node:child_process'
import { bihuan, browse, complaints, finish, root, run, serve, tell } from './lib.mjs'
import { cockpit } from './cockpit.mjs'
import { contract } from './contract.mjs'
import { districts } from './districts.mjs'
import { grid } from './grid.mjs'
import { itemPage } from './item_page.mjs'
import { journey } from './journey.mjs'
import { looks } from './looks.mjs'
import { outbox } from './outbox.mjs'
import { plan } from './plan.mjs'
import { planCare } from './plan_care.mjs'
import { reporting } from './reporting.mjs'
import { registers } from './registers.mjs'
import { rooms } from './rooms.mjs'
import { search } from './search.mjs'
import { units } from './units.mjs'
import { xlsx } from './xlsx.mjs'

const wanted = process.argv.slice(2)
const want = (name) => wanted.length === 0 || wanted.includes(name)
const browser = await browse()

/** An area on a store and server of its own: what another area wrote must not reach it. */
async function alone(name, job) {
  if (!want(name)) return
  const server = await serve()
  try {
    await job(server.base, server.data)
  } finally {
    // A page left open would go on asking the server that is gone, and complain in the next area.
    for (const context of browser.contexts()) await context.close()
    await server.stop()
  }
}

try {
  if (want('api')) {
    await run('the generated client is current', () => {
      const r = spawnSync('node', ['scripts/api.mjs', '--check', bihuan], { cwd: `${root}web`, encoding: 'utf8' })
      if (r.status !== 0) throw new Error(r.stderr)
    })
  }
  await alone('journey', (base, data) => journey(browser, base, data).catch((e) => console.log(`# ${e.message}`)))
  await alone('rooms', (base) => rooms(browser, base))
  await alone('looks', (base) => looks(browser, base))
  await alone('item_page', (base) => itemPage(browser, base))
  await alone('search', (base) => search(browser, base))
  await alone('cockpit', (base) => cockpit(browser, base))
  await alone('grid', (base) => grid(browser, base))
  await alone('plan', (base) => plan(browser, base))
  if (want('plan_care')) await planCare(browser)
  await alone('reporting', (base) => reporting(browser, base))
  if (want('units')) await units(browser)
  await alone('registers', (base) => registers(browser, base))
  await alone('xlsx', (base) => xlsx(browser, base))
  await alone('outbox', (base) => outbox(browser, base))
  await alone('contract', (base) => contract(browser, base))
  if (want('districts')) await districts(browser)
  tell(complaints.length === 0, 'no console error and no content-policy violation anywhere', complaints.join('\n'))
} finally {
  await browser.close()
}
process.exit(finish())
