import { createHash } from 'node:crypto'
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

const project = fileURLToPath(new URL('../../', import.meta.url))
const target = `${project}dist/pages`
const sources = [
  'src/pages/**/*.*',
  'src/simulator/{phone,softphone}-protocol.ts',
  'src/web/{operator,channel,caller}/protocol.ts',
  'package-lock.json',
]

/** What the built pages were made from: a hash over every source file and the dependencies. */
async function sourceStamp(): Promise<string> {
  const files = (await Array.fromAsync(glob(sources, { cwd: project }))).sort()
  const hash = createHash('sha256')
  for (const file of files) {
    hash.update(`${file}\0`).update(await readFile(project + file))
  }
  return hash.digest('hex')
}

const brotli = promisify(brotliCompress)
const shrink = promisify(gzip)

/** Smaller copies of what is text and worth it, which the server sends to browsers that take them. */
async function compress(directory: string): Promise<void> {
  for await (const file of glob('*.{js,css,svg}', { cwd: directory })) {
    const content = await readFile(`${directory}/${file}`)
    if (content.length < 1024) continue
    await writeFile(`${directory}/${file}.br`, await brotli(content))
    await writeFile(`${directory}/${file}.gz`, await shrink(content, { level: 9 }))
  }
}

const builtStamp = () => readFile(`${target}/stamp`, 'utf8').catch(() => null)

/**
 * Builds every page into `dist/pages`: `<page>/index.html` beside the hashed `assets/`. Does nothing
 * when the pages there were built from the same sources. The new pages are made aside and put in
 * place whole, so that nobody is served half a build, however many build at once.
 *
 * @throws when Vite cannot build; what was built before then stays as it was.
 */
export async function buildPages(): Promise<{ directory: string; built: boolean }> {
  const stamp = await sourceStamp()
  if ((await builtStamp()) === stamp) return { directory: target, built: false }

  const [{ build }, { default: config }] = await Promise.all([
    import('vite'),
    import('./vite.config.ts'),
  ])
  const aside = `${target}-${process.pid}`
  await build({
    ...config,
    configFile: false,
    logLevel: 'warn',
    build: { ...config.build, outDir: aside, emptyOutDir: true },
  })
  await compress(`${aside}/assets`)
  await writeFile(`${aside}/stamp`, stamp)
  await mkdir(`${project}dist`, { recursive: true })
  await rename(target, `${aside}-before`).catch(() => undefined)
  await rename(aside, target).catch(async (cause: unknown) => {
    if ((await builtStamp()) !== stamp) {
      throw new Error('the built pages could not be put in place', { cause })
    }
  })
  for (const left of [aside, `${aside}-before`]) await rm(left, { recursive: true, force: true })
  return { directory: target, built: true }
}

if (import.meta.main) {
  const { directory, built } = await buildPages()
  process.stdout.write(`${built ? 'built' : 'unchanged'} ${directory}\n`)
}
