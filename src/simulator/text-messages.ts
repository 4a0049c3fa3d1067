import type { Sids } from './identifiers.ts'
import { createOrderly } from './orderly.ts'
import { createRateGate } from './rate-gate.ts'
import type { Parameters } from './signature.ts'
import { createPost, type Post } from './webhook.ts'

/** How far a message has come. */
export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'undelivered'

/** One message that the API was asked to send. */
export type TextMessage = {
  readonly sid: string
  readonly to: string
  readonly from: string
  readonly body: string
  readonly status: MessageStatus
  /** Of Twilio's error dictionary; null where all went well. */
  readonly errorCode: number | null
  /** Milliseconds since the epoch. */
  readonly queuedAt: number
  readonly sentAt: number | null
}

/** What becomes of messages to a number: they arrive, or not, with a code of Twilio's error dictionary. */
export type MessageFate = 'delivered' | { readonly errorCode: number }

export type MessageOrder = Pick<TextMessage, 'to' | 'from' | 'body'> & {
  /** Told of each status; null = nobody asked. */
  readonly news: { readonly url: string } | null
}

/** The messages of one account. */
export type TextMessages = {
  readonly send: (order: MessageOrder) => TextMessage
  readonly find: (sid: string) => TextMessage | undefined
  /** All that were accepted, oldest first: the judge of whether one was sent twice. */
  readonly list: () => readonly TextMessage[]
  readonly setFate: (number: string, fate: MessageFate) => void
  /** Tells of what has arrived at a number lately and of what arrives from now on; the answer ends that. */
  readonly mailbox: (number: string, receive: (message: TextMessage) => void) => () => void
}

type Wires = Pick<
  Post,
  'authToken' | 'clock' | 'faults' | 'send' | 'route' | 'observe' | 'keep'
> & { readonly accountSid: string; readonly newSid: Sids }

const mostKept = 10_000

/** A mailbox that is opened is told of so many earlier messages. */
const toldAgain = 20

/** A number of the account sends one message a second; the network delivers it in this time. */
const perSecond = 1
const deliveryMilliseconds = 600

/** Landlines take no messages. */
const landline: MessageFate = { errorCode: 30006 }
const usualFate = (number: string): MessageFate =>
  /^\+7[^9]/.test(number) ? landline : 'delivered'

/**
 * Sends messages as Twilio does: accepted at once, sent at the pace of the number they come from, delivered
 * or not some time later, each step told by a signed callback.
 * Source: twilio.com/docs/messaging/api/message-resource, /docs/messaging/guides/track-outbound-message-status.
 */
export const createTextMessages = (wires: Wires): TextMessages => {
  const { clock, newSid, accountSid } = wires
  const book = new Map<string, TextMessage>()
  const fates = new Map<string, MessageFate>()
  const gates = new Map<string, ReturnType<typeof createRateGate>>()
  const mailboxes = new Set<{ number: string; receive: (message: TextMessage) => void }>()

  const enter = (message: TextMessage): void => {
    book.set(message.sid, message)
    const oldest = book.size > mostKept ? book.keys().next().value : undefined
    if (oldest !== undefined) book.delete(oldest)
  }
  const gateOf = (from: string) => {
    const gate = gates.get(from) ?? createRateGate(clock, perSecond)
    gates.set(from, gate)
    return gate
  }
  const arrive = (message: TextMessage): void => {
    for (const { number, receive } of mailboxes) if (number === message.to) receive(message)
  }
  const newsOf = ({ news }: MessageOrder, sid: string) => {
    if (news === null) return () => {}
    const orderly = createOrderly(clock)
    const post = createPost({
      ...wires,
      callSid: sid,
      call: book.size,
      note: () => {},
      idempotencyToken: () => newSid(''),
    })
    return (message: TextMessage): void => {
      const parameters = parametersOf(message, accountSid)
      const { url } = news
      wires.keep(orderly(() => post({ kind: 'message', url, method: 'POST', parameters })))
    }
  }

  return {
    send: (order) => {
      const { to, from, body } = order
      const sid = newSid('SM')
      const tell = newsOf(order, sid)
      let message: TextMessage = {
        ...{ sid, to, from, body, status: 'queued', errorCode: null },
        queuedAt: clock.now(),
        sentAt: null,
      }
      const become = (change: Partial<TextMessage>): void => {
        message = { ...message, ...change }
        enter(message)
        tell(message)
      }
      become({})
      const queued = message
      const deliver = (): void => {
        const fate = fates.get(to) ?? usualFate(to)
        become(fate === 'delivered' ? { status: fate } : { status: 'undelivered', ...fate })
        if (fate === 'delivered') arrive(message)
      }
      gateOf(from).wait(() => {
        become({ status: 'sent', sentAt: clock.now() })
        clock.after(deliveryMilliseconds, deliver)
      })
      return queued
    },
    find: (sid) => book.get(sid),
    list: () => [...book.values()].toSorted((a, b) => a.queuedAt - b.queuedAt),
    setFate: (number, fate) => {
      fates.set(number, fate)
    },
    mailbox: (number, receive) => {
      const box = { number, receive }
      const arrived = [...book.values()].filter(
        ({ to, status }) => to === number && status === 'delivered',
      )
      for (const message of arrived.slice(-toldAgain)) receive(message)
      mailboxes.add(box)
      return () => mailboxes.delete(box)
    },
  }
}

const parametersOf = (message: TextMessage, accountSid: string): Parameters => [
  ['AccountSid', accountSid],
  ['ApiVersion', '2010-04-01'],
  ['From', message.from],
  ['MessageSid', message.sid],
  ['MessageStatus', message.status],
  ['SmsSid', message.sid],
  ['SmsStatus', message.status],
  ['To', message.to],
  ...(message.errorCode === null ? [] : ([['ErrorCode', String(message.errorCode)]] as const)),
]
