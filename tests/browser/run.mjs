// node tests/browser/run.mjs [journey|rooms|districts]: the interface in a real browser against a fresh server.
// TAP on standard output; screenshots in tests/browser/shots. BIHUAN names the binary to test.
import { spawnSync } from 'node:child_process'
import { bihuan, browse, complaints, finish, root, run, serve, tell } from './lib.mjs'
import { cockpit } from './cockpit.mjs'
import { contract } from './contract.mjs'
import { districts } from './districts.mjs'
import { grid } from './grid.mjs'
import { journey } from './journey.mjs'
import { plan } from './plan.mjs'
import { reporting } from './reporting.mjs'
import { registers } from './registers.mjs'
import { rooms } from './rooms.mjs'
import { search } from './search.mjs'
import { units } from './units.mjs'
import { xlsx } from './xlsx.mjs'

const wanted = process.argv.slice(2)
const want = (name) => wanted.length === 0 || wanted.includes(name)
const server = await serve()
const browser = await browse()
try {
  if (want('api')) {
    await run('the generated client is current', () => {
      const r = spawnSync('node', ['scripts/api.mjs', '--check', bihuan], { cwd: `${root}web`, encoding: 'utf8' })
      if (r.status !== 0) throw new Error(r.stderr)
    })
  }
  if (want('journey')) await journey(browser, server.base, server.data).catch((e) => console.log(`# ${e.message}`))
  if (want('rooms')) await rooms(browser, server.base)
  if (want('search')) await search(browser, server.base)
  if (want('cockpit')) await cockpit(browser, server.base)
  if (want('grid')) await grid(browser, server.base)
  if (want('plan')) await plan(browser, server.base)
  if (want('reporting')) await reporting(browser, server.base)
  if (want('units')) await units(browser)
  if (want('registers')) await registers(browser, server.base)
  if (want('xlsx')) await xlsx(browser, server.base)
  if (want('contract')) await contract(browser, server.base)
  if (want('districts')) await districts(browser)
  tell(complaints.length === 0, 'no console error and no content-policy violation anywhere', complaints.join('\n'))
} finally {
  await browser.close()
  await server.stop()
}
process.exit(finish())
