import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { freePort } from './free-port.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

/** What the server sends with every page: no inline script or style, nothing from elsewhere. */
const policy =
  "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'"

export type PageHost = {
  readonly url: string
  /** For the sockets of the page. */
  readonly http: Server
  /** Cuts every connection and answers none until `back`. */
  readonly away: () => Promise<void>
  readonly back: () => Promise<void>
}

/** Answers a request with JSON; without a body where there is nothing to say. */
export type Json = (status: number, body?: unknown) => void

/**
 * Serves the built pages, as the server does, to a browser that finds them at `/NAME`.
 *
 * @param answer answers what is not a file of the pages; false = it is one
 */
export async function hostPage(
  pages: string,
  name: 'phone' | 'console' | 'app',
  answer: (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    json: Json,
  ) => Promise<boolean>,
): Promise<PageHost> {
  const connections = new Set<Socket>()

  async function serveFile(pathname: string, response: ServerResponse): Promise<void> {
    const path = pathname === `/${name}` ? `/${name}/index.html` : normalize(pathname)
    const file = await readFile(join(pages, path)).catch(() => null)
    response.writeHead(file ? 200 : 404, {
      'content-type': contentTypes[extname(path)] ?? 'text/plain',
      'service-worker-allowed': `/${name}`,
    })
    response.end(file ?? 'not found')
  }
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://server')
    response.setHeader('content-security-policy', policy)
    const isAnswered = await answer(request, response, url, (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
    if (!isAnswered) await serveFile(url.pathname, response)
  }

  const http = createServer((request, response) => {
    serve(request, response).catch((fault) => response.destroy(fault))
  })
  http.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  async function listen(port: number): Promise<number> {
    http.listen(port, '127.0.0.1')
    await once(http, 'listening')
    return (http.address() as AddressInfo).port
  }
  const port = await listen(await freePort())
  return {
    url: `http://127.0.0.1:${port}`,
    http,
    async away() {
      const closed = once(http, 'close')
      http.close()
      for (const socket of connections) socket.destroy()
      await closed
    },
    back: async () => void (await listen(port)),
  }
}
