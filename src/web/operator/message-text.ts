import type { ConsoleEvent, ServerMessage } from './protocol.ts'

const texts = new WeakMap<ConsoleEvent, string>()

/** An event that goes to hundreds of consoles is put into words once. */
const textOf = (event: ConsoleEvent): string => {
  const known = texts.get(event)
  if (known !== undefined) return known
  const text = JSON.stringify(event)
  texts.set(event, text)
  return text
}

/** A message as it goes over the wire. */
export const messageText = (message: ServerMessage): string =>
  message.type === 'events'
    ? `{"type":"events","sequence":${message.sequence},"events":[${message.events.map(textOf).join(',')}]}`
    : JSON.stringify(message)
