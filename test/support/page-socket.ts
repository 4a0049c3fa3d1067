import { WebSocket } from 'ws'

export type PageSocket<Message> = {
  readonly socket: WebSocket
  /** Everything that the server has said. */
  readonly messages: readonly Message[]
  /** Resolves with what is found, now or after a message to come. */
  readonly when: <Found>(find: () => Found | undefined) => Promise<Found>
  readonly closed: Promise<{ readonly code: number }>
}

/**
 * Opens a WebSocket of the server as a page of its own does; rejects where the server refuses the upgrade.
 *
 * @param hear is given each message before those who wait for one look
 */
export const openPageSocket = async <Message>(
  t: { teardown(work: () => void): unknown },
  url: string,
  path: string,
  { cookie, origin = url }: { readonly cookie: string; readonly origin?: string },
  hear: (message: Message) => void = () => {},
): Promise<PageSocket<Message>> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, {
    headers: { cookie, origin },
  })
  t.teardown(() => socket.terminate())
  const messages: Message[] = []
  const watchers = new Set<() => void>()
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message
    messages.push(message)
    hear(message)
    for (const watch of [...watchers]) watch()
  })
  const closed = new Promise<{ code: number }>((resolve) => {
    socket.on('close', (code) => resolve({ code }))
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    messages,
    closed,
    when: (find) =>
      new Promise((resolve) => {
        const watch = () => {
          const found = find()
          if (found === undefined) return
          watchers.delete(watch)
          resolve(found)
        }
        watchers.add(watch)
        watch()
      }),
  }
}
