import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = {
  readonly method: string
  readonly path: string
  readonly type: string
  readonly body: string
}

/** What the server of a test says: a text, a status, or nothing ever. */
export type Page = string | number | 'hang' | ((received: Received) => string | number)

/** A web server that documents fetch from, on loopback; pages may be changed while it runs. */
export const contentServer = async (
  t: { teardown(work: () => void): unknown },
  pages: Record<string, Page>,
) => {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? '/'
      const got: Received = {
        method: request.method ?? '',
        path,
        type: request.headers['content-type'] ?? '',
        body: Buffer.concat(chunks).toString('latin1'),
      }
      received.push(got)
      const page = pages[path.split('?')[0] ?? ''] ?? 404
      if (page === 'hang') return
      const answer = typeof page === 'function' ? page(got) : page
      if (typeof answer === 'number') response.writeHead(answer).end()
      else response.setHeader('content-type', 'application/xml').end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  t.teardown(close)
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages,
    received,
    close,
  }
}
