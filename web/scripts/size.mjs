// What a phone downloads for the report form: the entry, everything it imports statically, and the
// report room's own files, compressed as the server sends them. Fails above the limit.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT = 150 * 1024
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const wanted = new Set(['index.html'])

function add(key, visit) {
  const entry = manifest[key]
  if (!entry) throw new Error(`not in the manifest: ${key}`)
  if (visit.has(entry.file)) return
  visit.add(entry.file)
  for (const css of entry.css ?? []) visit.add(css)
  for (const next of entry.imports ?? []) add(next, visit)
}
add('index.html', wanted)
add('src/rooms/ReportRoom.vue', wanted)

let total = 0
for (const file of [...wanted].sort()) {
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length
  total += bytes
  console.log(`${String(bytes).padStart(8)}  ${file}`)
}
console.log(`${String(total).padStart(8)}  report form, limit ${LIMIT}`)
if (total > LIMIT) process.exit(1)
