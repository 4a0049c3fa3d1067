import type { Command, ServerMessage, Snapshot } from '../../web/operator/protocol.ts'
import { apply } from './snapshot.ts'

/** A command that the server has not answered yet. */
export type Unanswered = {
  readonly id: string
  readonly command: Command
  /** The reservation it was given in, for a command that is about the call; null for any other. */
  readonly about: string | null
}

/** What became of a command that was not carried out. */
export type Refusal = {
  readonly command: Command
  /** `lapsed`: the call it was about was over before the connection was back. */
  readonly code: string
  readonly message: string
}

/** Everything the console knows; the server's word, and what has been asked of the server. */
export type Station = {
  /**
   * `connecting` is the first try only; `joining`: the connection stands, the server's word is awaited;
   * `surplus`: too many tabs are open, and this one stands aside until somebody comes back to it.
   */
  readonly connection: 'connecting' | 'joining' | 'online' | 'offline' | 'surplus'
  readonly snapshot: Snapshot | null
  /** Number of the last message that is in the snapshot. */
  readonly sequence: number | null
  /** Milliseconds that the server's clock is ahead of this computer's. */
  readonly ahead: number
  readonly unanswered: readonly Unanswered[]
  readonly refusal: Refusal | null
}

export const empty: Station = {
  connection: 'connecting',
  snapshot: null,
  sequence: null,
  ahead: 0,
  unanswered: [],
  refusal: null,
}

const aboutPeople = new Set<Command['type']>(['presence', 'set-presence', 'supervise'])

/** A command as given now: one about the call is bound to the call that is going on. */
export const bind = (station: Station, id: string, command: Command): Unanswered => ({
  id,
  command,
  about: aboutPeople.has(command.type)
    ? null
    : (station.snapshot?.call?.card.reservationId ?? null),
})

export const ask = (station: Station, unanswered: Unanswered): Station => ({
  ...station,
  unanswered: [...station.unanswered, unanswered],
  refusal: null,
})

/** Nothing was said after a greeting that named the last number: nothing has been missed. */
export const assumeJoined = (station: Station): Station =>
  station.connection === 'joining' && station.sequence !== null
    ? join(station, { ...station, connection: 'online' })
    : station

/** The connection is gone: what is known stays, what is not answered will be asked again. */
export const lose = (station: Station, connection: 'offline' | 'surplus' = 'offline'): Station => ({
  ...station,
  connection,
})

/**
 * The station after a message of the server.
 *
 * @param now this computer's clock, in milliseconds
 * @returns `gap` instead when messages are missing between what is known and what was sent
 */
export function receive(station: Station, message: ServerMessage, now: number): Station | 'gap' {
  switch (message.type) {
    case 'snapshot':
      return join(station, {
        ...station,
        connection: 'online',
        snapshot: message.snapshot,
        sequence: message.sequence,
        ahead: Date.parse(message.snapshot.serverTime) - now,
      })
    case 'events':
      return receiveEvents(station, message)
    case 'resync':
      return { ...station, connection: 'joining', sequence: null }
    case 'answer':
      return receiveAnswer(station, message)
    default:
      return station
  }
}

function receiveEvents(
  station: Station,
  { sequence, events }: Extract<ServerMessage, { type: 'events' }>,
): Station | 'gap' {
  const { snapshot } = station
  if (snapshot === null || station.sequence === null) return 'gap'
  if (sequence > station.sequence + 1) return 'gap'
  // What was heard already says only that nothing has been missed.
  if (sequence <= station.sequence) return join(station, { ...station, connection: 'online' })
  return join(station, {
    ...station,
    connection: 'online',
    snapshot: apply(snapshot, events),
    sequence,
  })
}

function receiveAnswer(
  station: Station,
  answer: Extract<ServerMessage, { type: 'answer' }>,
): Station {
  const asked = station.unanswered.find(({ id }) => id === answer.id)
  if (!asked) return station
  const unanswered = station.unanswered.filter(({ id }) => id !== answer.id)
  if (answer.outcome === 'done') return { ...station, unanswered }
  const refusal: Refusal = {
    command: asked.command,
    code: answer.code ?? 'refused',
    message: answer.message ?? '',
  }
  return { ...station, unanswered, refusal }
}

/**
 * Back in touch after `connecting` or `offline`: what was asked about a call that is no longer the one
 * going on is given up, so that a hang-up meant for one caller never reaches the next.
 */
function join(before: Station, station: Station): Station {
  if (before.connection === 'online') return station
  const current = station.snapshot?.call?.card.reservationId ?? null
  const lapsed = station.unanswered.filter(({ about, command }) => {
    // What was written of the last talk is still of the last talk.
    if (command.type === 'wrap-up' && current === null) return false
    return about !== null && about !== current
  })
  const [first] = lapsed
  if (!first) return station
  return {
    ...station,
    unanswered: station.unanswered.filter((asked) => !lapsed.includes(asked)),
    refusal: { command: first.command, code: 'lapsed', message: '' },
  }
}
