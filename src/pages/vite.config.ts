import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { UserConfig } from 'vite'

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
  plugins: [react()],
  publicDir: false,
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { phone: `${root}phone/index.html`, console: `${root}console/index.html` },
    },
  },
  server: {
    proxy: {
      '/phone/socket': { target: server, ws: true },
      '/phone/lines': server,
      '/phone/example': server,
      '/phone/speech': server,
      '/operator': { target: server, ws: true },
      '/simulated/softphone': { target: server, ws: true },
    },
  },
}

export default config
