import type { NotPlaced } from '../queues/carrier.ts'
import { type ClaimedMessage, textOf } from './messages.ts'
import type { Secrets } from './secrets.ts'

/** What became of an order to send or to say something. */
export type Ordered = { readonly kind: 'placed'; readonly sid: string } | NotPlaced

/** The carrier's side that writes, and that calls to say something. Nothing is tried again by itself. */
export type MessageCarrier = {
  /** @param statusPath webhook that is told what becomes of it */
  text(message: {
    readonly to: string
    readonly from: string
    readonly text: string
    readonly statusPath: string
  }): Promise<Ordered>
  /** Calls a number, says the text to whoever answers, and hangs up. */
  say(message: {
    readonly to: string
    readonly from: string
    readonly language: string
    readonly text: string
  }): Promise<Ordered>
}

export type Outbox = {
  /**
   * Claims the next message whose number may send now: committed as `sending` with a lease. What another
   * node left in the middle becomes `uncertain`, what is too late `overdue`.
   */
  claim(): Promise<ClaimedMessage | null>
  /** What became of the order. One that was temporarily refused waits and is claimed again. */
  settle(id: string, ordered: Ordered): Promise<void>
}

export type SendPorts = {
  readonly outbox: Outbox
  readonly carrier: MessageCarrier
  readonly secrets: Secrets
  readonly publicUrl: () => string
  readonly failpoint: (name: string) => Promise<void>
}

/** A message that was ordered, and what became of that. */
export type SentMessage = { readonly id: string; readonly ordered: Ordered }

/** Where the carrier tells what became of a message. */
export const messageStatusPath = (id: string): string => `/voice/message/${id}/status`

/**
 * Sends the next message of the outbox: the order goes out after the claim is committed, and once. A
 * crash or a lost answer leaves it uncertain; somebody who has got no code asks for it anew.
 */
export const sendNext = async (ports: SendPorts): Promise<SentMessage | null> => {
  const { outbox, carrier, failpoint } = ports
  const message = await outbox.claim()
  if (message === null) return null
  await failpoint('message.claimed')
  const text = textOf(message, ports.secrets, ports.publicUrl())
  const { id, to, from, language } = message
  const ordered =
    message.by === 'sms'
      ? await carrier.text({ to, from, text, statusPath: messageStatusPath(id) })
      : await carrier.say({ to, from, language, text })
  await failpoint('message.ordered')
  await outbox.settle(id, ordered)
  return { id, ordered }
}
