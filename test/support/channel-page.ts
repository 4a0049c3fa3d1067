import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { ChannelEvent, ClientMessage, ServerMessage } from '../../src/web/channel/protocol.ts'
import { openPageSocket } from './page-socket.ts'

type Hello = Extract<ClientMessage, { readonly type: 'hello' }>
type Said = Extract<ClientMessage, { readonly id: string }>
type Answer = Extract<ServerMessage, { readonly type: 'done' | 'refused' }>

export type ChannelPage = {
  readonly socket: WebSocket
  /** Everything that the server has said. */
  readonly messages: readonly ServerMessage[]
  /** Events since the last `channel` that began anew, in the order they came. */
  readonly events: () => readonly ChannelEvent[]
  readonly send: (message: ClientMessage) => void
  readonly sendRaw: (data: string | Buffer) => void
  /** Says something and waits for the answer. */
  readonly say: (message: Saying) => Promise<Answer>
  /** The first message, of those that came and those to come, that fits. */
  readonly message: <T extends ServerMessage['type']>(
    type: T,
    fits?: (message: Extract<ServerMessage, { readonly type: T }>) => boolean,
  ) => Promise<Extract<ServerMessage, { readonly type: T }>>
  /** The first event that fits. */
  readonly event: (fits: (event: ChannelEvent) => boolean) => Promise<ChannelEvent>
  /** Has events up to this number. */
  readonly upTo: (sequence: number) => Promise<readonly ChannelEvent[]>
  readonly closed: Promise<{ readonly code: number }>
}

/** What is said with an identifier, which is made where none is given. */
type Saying = Said extends infer Each
  ? Each extends Said
    ? Omit<Each, 'id'> & { readonly id?: string }
    : never
  : never

/** Opens the socket of a channel and says hello, unless `hello` is null. */
export const openChannelPage = async (
  t: { teardown(work: () => void): unknown },
  url: string,
  { cookie, who }: { readonly cookie: string; readonly who: 'caller' | 'operator' },
  hello: Omit<Hello, 'type'> | null,
): Promise<ChannelPage> => {
  let events: ChannelEvent[] = []
  const { socket, messages, when, closed } = await openPageSocket<ServerMessage>(
    t,
    url,
    `/${who}/channel/socket`,
    { cookie },
    (message) => {
      if (message.type === 'resync') events = []
      if (message.type === 'events') events.push(...message.events)
    },
  )
  const send = (message: ClientMessage) => socket.send(JSON.stringify(message))
  if (hello !== null) send({ type: 'hello', ...hello })
  return {
    socket,
    messages,
    events: () => events,
    send,
    sendRaw: (data) => socket.send(data),
    closed,
    say: (saying) => {
      const { id = randomUUID() } = saying
      const before = messages.length
      send({ ...saying, id } as ClientMessage)
      return when(() =>
        messages
          .slice(before)
          .find(
            (message): message is Answer =>
              (message.type === 'done' || message.type === 'refused') && message.id === id,
          ),
      )
    },
    message: (type, fits = () => true) =>
      when(() => messages.find((each) => each.type === type && fits(each as never))) as never,
    event: (fits) => when(() => events.find(fits)),
    upTo: (sequence) =>
      when(() => ((events.at(-1)?.sequence ?? 0) >= sequence ? events : undefined)),
  }
}
