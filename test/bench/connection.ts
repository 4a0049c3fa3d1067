import { connect, type Socket } from 'node:net'

export type Answer = { readonly status: number; readonly body: string }

/**
 * One keep-alive connection that posts forms and reads answers with a Content-Length, with as little
 * work as possible: on a small machine the generator must not be what is measured.
 */
export type Connection = {
  post(path: string, signature: string, body: string): Promise<Answer>
  /** False once the server has closed it, as it does with one that nobody uses. */
  isOpen(): boolean
  close(): void
}

export const openConnection = (port: number): Promise<Connection> => {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received = ''
  let waiting: PromiseWithResolvers<Answer> | null = null
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = received.slice(0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    if (received.length < end + 4 + length) return
    const body = received.slice(end + 4, end + 4 + length)
    received = received.slice(end + 4 + length)
    waiting?.resolve({ status: Number(head.slice(9, 12)), body })
  })
  socket.on('error', (cause) => waiting?.reject(cause))
  socket.on('close', () => waiting?.reject(new Error('The server closed the connection')))
  const opened = Promise.withResolvers<Connection>()
  socket.once('error', opened.reject)
  socket.once('connect', () =>
    opened.resolve({
      post: (path, signature, body) => {
        waiting = Promise.withResolvers<Answer>()
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n` +
            `X-Twilio-Signature: ${signature}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        )
        return waiting.promise
      },
      isOpen: () => !socket.destroyed,
      close: () => socket.destroy(),
    }),
  )
  return opened.promise
}
