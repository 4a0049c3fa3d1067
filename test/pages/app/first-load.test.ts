import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { buildPages } from '../../../src/pages/build.ts'

const { directory } = await buildPages()
const html = await readFile(join(directory, 'app/index.html'), 'utf8')
const asked = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '')
const worker = await readFile(join(directory, 'app/worker.js'), 'utf8')
const manifest = JSON.parse(await readFile(join(directory, 'app/manifest.webmanifest'), 'utf8'))

/** Bytes over the wire of everything the page asks for before it can be used. */
const firstLoad = async (compress: (content: Buffer) => Buffer): Promise<number> => {
  const files = await Promise.all(
    ['/app/index.html', ...asked].map((path) => readFile(join(directory, path))),
  )
  return files.reduce((sum, content) => sum + Math.min(content.length, compress(content).length), 0)
}

t.test('the first load stays within 150 kB, however it is compressed', async (t) => {
  const sizes = { brotli: await firstLoad(brotliCompressSync), gzip: await firstLoad(gzipSync) }
  t.comment(sizes)
  for (const bytes of Object.values(sizes)) t.ok(bytes <= 150_000, `${bytes} bytes`)
})

t.test('compressed copies lie beside the assets, and say the same', async (t) => {
  for (const path of asked.filter((each) => /^\/assets\/app-.*\.(js|css)$/.test(each))) {
    const copy = await readFile(join(directory, `${path}.br`))
    t.ok(copy.length < (await readFile(join(directory, path))).length / 2, path)
  }
})

t.test('what photos need comes with the first photo', async (t) => {
  for (const path of asked.filter((each) => each.endsWith('.js'))) {
    t.notMatch(await readFile(join(directory, path), 'utf8'), /Tus-Resumable/, path)
  }
  t.match(worker, /assets\/browser-[\w-]{8}\.js/, 'and is kept with the shell for then')
})

t.test('the worker keeps the shell of this build and nothing that is personal', async (t) => {
  t.notMatch(worker, /SHELL_FILES|SHELL_VERSION|^import /m)
  for (const path of asked.filter((each) => each.startsWith('/assets/'))) {
    if (!path.endsWith('.webmanifest')) t.ok(worker.includes(`"${path}"`), path)
  }
  const kept = [...worker.matchAll(/"(\/[^"]*)"/g)].map(([, path]) => path ?? '')
  t.same(
    kept.filter((path) => !path.startsWith('/assets/')),
    [],
  )
})

t.test('the page can be installed: name, icons of every size, its own place', async (t) => {
  t.match(manifest, { start_url: '/app', scope: '/app', display: 'standalone' })
  const icons: { src: string; sizes: string; purpose: string }[] = manifest.icons
  t.same(
    icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`),
    ['192x192 any', '512x512 any', '512x512 maskable'],
  )
  for (const { src, sizes } of icons) {
    const png = await readFile(join(directory, src))
    t.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, sizes)
  }
})
