import type { PhoneReport } from '../../simulator/phone-protocol.ts'

/** A text message that has come to the telephone. */
export type Message = Omit<Extract<PhoneReport, { type: 'message' }>, 'type'>

/** Newest first; one that is told of again, after the connection was lost, is there already. */
export const received = (
  messages: readonly Message[],
  { id, from, text, at }: Message,
): readonly Message[] =>
  messages.some((message) => message.id === id)
    ? messages
    : [{ id, from, text, at }, ...messages].toSorted((one, other) => other.at.localeCompare(one.at))

/** A text in pieces: words, and addresses that a telephone makes links of. */
export const piecesOf = (
  text: string,
): readonly { readonly text: string; readonly isLink: boolean }[] =>
  text
    .split(/(https?:\/\/[^\s]+)/)
    .map((piece, index) => ({ text: piece, isLink: index % 2 === 1 }))
    .filter((piece) => piece.text !== '')
