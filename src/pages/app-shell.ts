import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plugin, Rolldown } from 'vite'

const drawing = fileURLToPath(new URL('./app/icon.svg', import.meta.url))

/** Colours of the accent and the ground, as `look.css` has them. */
const accent = '#0a6e52'
const ground = '#f1f4f2'

const icons = [
  { name: 'icon-192', pixels: 192, share: 1, purpose: 'any' },
  { name: 'icon-512', pixels: 512, share: 1, purpose: 'any' },
  // Systems cut these to their own shapes: the drawing keeps away from the edge.
  { name: 'icon-maskable', pixels: 512, share: 0.8, purpose: 'maskable' },
  { name: 'icon-touch', pixels: 180, share: 0.9, purpose: 'touch' },
] as const

/** Everything that makes the caller's page installable: icons, manifest, and the worker that keeps its shell. */
export const appShell = (): Plugin => {
  const source = new Map<string, Buffer>()
  return {
    name: 'app-shell',
    apply: 'build',
    async buildStart() {
      for (const icon of icons) source.set(icon.name, await drawn(icon.pixels, icon.share))
    },
    generateBundle: {
      // After the pages themselves have been written.
      order: 'post',
      handler(_options, bundle) {
        const paths = new Map<string, string>()
        for (const { name } of icons) {
          const png = source.get(name)
          if (!png) continue
          const fileName = `assets/${name}-${hashOf(png)}.png`
          this.emitFile({ type: 'asset', fileName, source: png })
          paths.set(name, `/${fileName}`)
        }
        this.emitFile({
          type: 'asset',
          fileName: 'app/manifest.webmanifest',
          source: JSON.stringify(manifest(paths)),
        })
        const html = bundle['app/index.html']
        const worker = bundle['app/worker.js']
        if (html?.type !== 'asset' || worker?.type !== 'chunk') {
          throw new Error('the build has no app/index.html or no app/worker.js')
        }
        html.source = String(html.source).replace(
          '</head>',
          `  <link rel="apple-touch-icon" href="${paths.get('icon-touch')}" />\n  </head>`,
        )
        const files = [...shellOf(bundle), ...paths.values()].sort()
        const version = hashOf(Buffer.from(`${html.source}${worker.code}${files.join()}`))
        worker.code = worker.code
          .replaceAll('SHELL_FILES', JSON.stringify(files))
          .replaceAll('SHELL_VERSION', JSON.stringify(version))
      },
    },
  }
}

const hashOf = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('base64url').slice(0, 8)

/** The drawing on a square of its own colour; `share` of the side is the drawing. */
async function drawn(pixels: number, share: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const side = Math.round(pixels * share)
  const inside = await sharp(await readFile(drawing), { density: 2000 })
    .resize(side, side)
    .png()
    .toBuffer()
  if (share === 1) return inside
  return sharp({ create: { width: pixels, height: pixels, channels: 4, background: accent } })
    .composite([{ input: inside }])
    .png()
    .toBuffer()
}

const manifest = (paths: ReadonlyMap<string, string>) => ({
  id: '/app',
  name: 'Горячая линия',
  short_name: 'Линия',
  description: 'Чат, снимки и место во время звонка на горячую линию',
  lang: 'ru',
  dir: 'auto',
  start_url: '/app',
  scope: '/app',
  display: 'standalone',
  orientation: 'any',
  background_color: ground,
  theme_color: ground,
  icons: icons
    .filter(({ purpose }) => purpose !== 'touch')
    .map(({ name, pixels, purpose }) => ({
      src: paths.get(name),
      sizes: `${pixels}x${pixels}`,
      type: 'image/png',
      purpose,
    })),
})

type Bundle = Rolldown.OutputBundle

/** Every script the page may come to need, those of later too, with their styles and drawings. */
function shellOf(bundle: Bundle): string[] {
  const files = new Set<string>()
  const add = (fileName: string): void => {
    const path = `/${fileName}`
    const part = bundle[fileName]
    if (files.has(path) || !part) return
    files.add(path)
    if (part.type !== 'chunk') return
    for (const other of [...part.imports, ...part.dynamicImports]) add(other)
    const { importedCss, importedAssets } = part.viteMetadata ?? {}
    for (const other of [...(importedCss ?? []), ...(importedAssets ?? [])]) add(other)
  }
  for (const part of Object.values(bundle)) {
    if (part.type === 'chunk' && part.facadeModuleId?.endsWith('/app/index.html'))
      add(part.fileName)
  }
  const html = bundle['app/index.html']
  const text = html?.type === 'asset' ? String(html.source) : ''
  for (const [, path] of text.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)) if (path) add(path)
  return [...files]
}
