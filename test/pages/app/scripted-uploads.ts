import type { IncomingMessage, ServerResponse } from 'node:http'

type Upload = { readonly length: number; readonly id: string; received: number }

export type Uploads = {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly begin: () => void
  /** Bytes after which the connection is cut, for each of the next parts; then no more. */
  readonly cuts: number[]
  /** Nothing is taken of any part before this. */
  hold: Promise<void> | null
  /** What the end of the next upload is answered with. */
  refusal: { readonly status: number; readonly code: string } | null
  /** Where each part began, in the order they came. */
  readonly offsets: number[]
  /** Identifiers of the photos for which an upload was begun. */
  readonly begun: string[]
  readonly ended: string[]
  readonly taken: () => number
}

/** The tus protocol as far as a client needs it, with connections that can be cut anywhere. */
export function scriptedUploads(onEnd: (id: string) => void, noticed: () => void): Uploads {
  const uploads = new Map<string, Upload>()
  let taken = 0

  const metadata = (header: string): Record<string, string> =>
    Object.fromEntries(
      header.split(',').map((pair) => {
        const [name = '', value = ''] = pair.split(' ')
        return [name, Buffer.from(value, 'base64').toString()]
      }),
    )

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    response.setHeader('tus-resumable', '1.0.0')
    response.setHeader('cache-control', 'no-store')
    if (request.headers['x-hotline'] !== '1') {
      response.writeHead(403).end()
      return
    }
    if (request.method === 'POST') {
      const { id = '' } = metadata(String(request.headers['upload-metadata']))
      const place = `/caller/channel/photos/${uploads.size + 1}`
      uploads.set(place, { length: Number(request.headers['upload-length']), id, received: 0 })
      self.begun.push(id)
      response.writeHead(201, { location: place }).end()
      noticed()
      return
    }
    const upload = uploads.get(path)
    if (!upload) {
      response.writeHead(404).end()
      return
    }
    if (request.method === 'HEAD') {
      response
        .writeHead(200, { 'upload-offset': upload.received, 'upload-length': upload.length })
        .end()
      return
    }
    if (request.method === 'DELETE') {
      uploads.delete(path)
      response.writeHead(204).end()
      return
    }
    await self.hold
    self.offsets.push(upload.received)
    const cut = self.cuts.shift()
    let left = cut ?? Number.POSITIVE_INFINITY
    try {
      for await (const chunk of request) {
        const bytes = Math.min((chunk as Buffer).length, left)
        left -= bytes
        upload.received += bytes
        taken += bytes
        if (left <= 0) {
          request.socket.destroy()
          break
        }
      }
    } catch {
      return
    } finally {
      noticed()
    }
    if (request.socket.destroyed) return
    if (upload.received < upload.length) {
      response.writeHead(204, { 'upload-offset': upload.received }).end()
      return
    }
    if (self.refusal) {
      const { status, code } = self.refusal
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code } }))
      return
    }
    self.ended.push(upload.id)
    response.writeHead(204, { 'upload-offset': upload.received }).end()
    onEnd(upload.id)
  }

  const self: Uploads = {
    handle,
    begin() {
      uploads.clear()
      taken = 0
      for (const list of [self.cuts, self.offsets, self.begun, self.ended]) list.length = 0
      self.refusal = null
      self.hold = null
    },
    cuts: [],
    hold: null,
    refusal: null,
    offsets: [],
    begun: [],
    ended: [],
    taken: () => taken,
  }
  return self
}
