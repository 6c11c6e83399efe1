// What is downloaded for a first look, compressed as the server sends it: the report form on a phone, and
// the task list with its grid. The entry, what it imports statically, the room's own files. Fails above a limit.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

function add(key, visit) {
  // Shared pieces have no source of their own in the manifest: they are named by how they begin.
  const entry = manifest[key] ?? manifest[Object.keys(manifest).find((k) => k.startsWith(key) && k.endsWith('.js'))]
  if (!entry) throw new Error(`not in the manifest: ${key}`)
  if (visit.has(entry.file)) return
  visit.add(entry.file)
  for (const css of entry.css ?? []) visit.add(css)
  for (const next of entry.imports ?? []) add(next, visit)
}
const VISITS = [
  { name: 'report form', rooms: ['src/rooms/ReportRoom.vue'], limit: 150 * 1024, only: '' },
  { name: 'first load of the task list, JS', rooms: ['_Frame-', 'src/rooms/tasks/TasksRoom.vue', 'src/ui/grid/Grid.vue'], limit: 350 * 1024, only: '.js' },
]
let over = false
for (const { name, rooms, limit, only } of VISITS) {
  const wanted = new Set(['index.html'])
  add('index.html', wanted)
  for (const room of rooms) add(room, wanted)
  let total = 0
  for (const file of [...wanted].sort()) {
    if (!file.endsWith(only)) continue
    const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length
    total += bytes
    console.log(`${String(bytes).padStart(8)}  ${file}`)
  }
  console.log(`${String(total).padStart(8)}  ${name}, limit ${limit}`)
  over ||= total > limit
}
if (over) process.exit(1)
