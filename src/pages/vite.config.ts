import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { UserConfig } from 'vite'
import { appShell } from './app-shell.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const server = process.env['HOTLINE_URL'] ?? 'http://127.0.0.1:3000'

/**
 * One build of all pages, one entry a page. Nothing is inlined, neither scripts nor styles nor
 * images, so that the pages run under `default-src 'self'`. `vite src/pages` serves the same pages
 * with hot reload in front of a running server (`HOTLINE_URL`).
 */
const config: UserConfig = {
  root,
  base: '/',
  plugins: [react(), appShell()],
  publicDir: false,
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        phone: `${root}phone/index.html`,
        console: `${root}console/index.html`,
        app: `${root}app/index.html`,
        'app-worker': `${root}app/worker.ts`,
      },
      output: {
        // A worker is asked for by a name that stays, and keeps pages below its own place.
        entryFileNames: ({ name }) =>
          name === 'app-worker' ? 'app/worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  server: {
    proxy: {
      '/phone/socket': { target: server, ws: true },
      '/phone/lines': server,
      '/phone/example': server,
      '/phone/speech': server,
      '/operator': { target: server, ws: true },
      '/caller': { target: server, ws: true },
      '/simulated/softphone': { target: server, ws: true },
    },
  },
}

export default config
