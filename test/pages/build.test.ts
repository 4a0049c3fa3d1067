import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { buildPages } from '../../src/pages/build.ts'

const { directory } = await buildPages()
const html = await readFile(join(directory, 'phone/index.html'), 'utf8')

t.test('pages that were built from the same sources are not built again', async (t) => {
  t.same(await buildPages(), { directory, built: false })
})

t.test('the page carries no script and no style of its own', async (t) => {
  t.notMatch(html, /<style|style="|<script(?![^>]*\ssrc=)|\son\w+=|javascript:|data:/)
})

t.test('everything the page asks for is among the assets, with a hash in its name', async (t) => {
  const asked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
  t.ok(asked.length >= 3)
  for (const path of asked) {
    t.match(path, /^\/assets\/[\w-]+-[\w-]{8}\.(?:js|css|svg)$/)
    await access(join(directory, path))
  }
})
