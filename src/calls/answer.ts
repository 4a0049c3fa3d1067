import { countryOf, parseNumber } from '../numbers/e164.ts'
import { start } from '../voicexml/interpret.ts'
import type { Json } from '../voicexml/turn.ts'
import type { NewCall } from './call.ts'
import { hangUpCall } from './close.ts'
import { type CallPorts, commitTurn, type TakenTurn } from './commit-turn.ts'
import type { FlowSet, Line } from './flow-set.ts'
import { findCall, noMarks } from './live-call.ts'
import { type Reply, replay } from './reply.ts'

/** An incoming call as the carrier tells of it. */
export type IncomingCall = {
  readonly callSid: string
  /** E.164, or any text for a withheld or foreign-format number; may be empty. */
  readonly from: string
  readonly to: string
  /** Carrier's guess of the caller's country; '' when it has none. */
  readonly fromCountry: string
}

/**
 * Answers an incoming call: turn 0 of its flow. The same call again gets the answer it got.
 */
export const answerCall = async (ports: CallPorts, incoming: IncomingCall): Promise<Reply> => {
  const known = ports.live.get(incoming.callSid)
  if (known !== undefined) return replay(ports.calls, known, 0)
  const flowSet = ports.flows.current()
  const line = flowSet.lines.get(incoming.to) ?? null
  const opening = newCall(incoming, line, flowSet, ports.clock.now())
  const taken = await (line === null
    ? refuseCall(ports, opening)
    : startCall(ports, opening, line, flowSet))
  if (taken.kind === 'committed') {
    // The carrier's word that the call is over has overtaken the call itself.
    if (taken.isOver) await hangUpCall(ports, incoming.callSid)
    return { kind: 'twiml', twiml: taken.twiml, position: taken.position }
  }
  const stored = await findCall(ports.calls, incoming.callSid)
  return stored === null ? { kind: 'unknown-call' } : replay(ports.calls, stored, 0)
}

const startCall = (
  ports: CallPorts,
  opening: NewCall,
  line: Line,
  flowSet: FlowSet,
): Promise<TakenTurn> =>
  commitTurn(
    ports,
    { ...opening, turn: 0, marks: noMarks, opening },
    {
      callSid: opening.callSid,
      from: opening.from,
      language: opening.language,
      line,
      flowSet,
      now: opening.startedAt,
    },
    () =>
      start(flowSet.setting, {
        document: line.flow,
        language: opening.language,
        session: sessionVariables(opening, line),
      }),
  )

/** A number that no line has: said so, logged as refused, no flow. */
const refuseCall = async (ports: CallPorts, opening: NewCall): Promise<TakenTurn> => {
  const twiml = ports.renderRefusal(opening.language)
  const outcome = await ports.calls.commit({
    callSid: opening.callSid,
    turn: 0,
    startedAt: opening.startedAt,
    at: opening.startedAt,
    twiml,
    isShared: true,
    session: null,
    events: [],
    changes: { outcome: 'refused' },
    opening,
  })
  return outcome === 'stale'
    ? { kind: 'stale' }
    : { kind: 'committed', twiml, position: null, isOver: false }
}

const newCall = (
  incoming: IncomingCall,
  line: Line | null,
  flowSet: FlowSet,
  now: Temporal.Instant,
): NewCall => ({
  callSid: incoming.callSid,
  direction: 'inbound',
  from: incoming.from,
  to: incoming.to,
  line: line?.number ?? null,
  language: line?.languages[0] ?? 'ru-RU',
  startedAt: now,
  callerCountry: callerCountry(incoming),
  flowDocument: line?.flow ?? null,
  flowVersion: flowSet.version,
})

/** By the number itself, which the carrier's geography only guesses at. */
const callerCountry = (incoming: IncomingCall): string | null => {
  const number = parseNumber(incoming.from)
  const known = number === null ? null : countryOf(number)
  return known ?? (/^[A-Z]{2}$/.test(incoming.fromCountry) ? incoming.fromCountry : null)
}

/**
 * `session.connection` as VoiceXML 2.0 §5.1.4 names it, and `session.hotline` with what the flows of
 * a hotline ask about the line and the caller.
 */
export const sessionVariables = (
  call: Pick<NewCall, 'from' | 'to' | 'callerCountry'>,
  line: Line,
): { readonly [key: string]: Json } => ({
  connection: {
    local: { uri: `tel:${call.to}` },
    remote: { uri: call.from === '' ? '' : `tel:${call.from}` },
    protocol: { name: 'sip', version: '2.0' },
    originator: 'remote',
    redirect: [],
    aai: '',
  },
  hotline: {
    line: {
      number: line.number,
      name: line.name,
      queue: line.queue,
      schedule: line.schedule,
      integrated: line.integrated,
    },
    languages: [...line.languages],
    callerCountry: call.callerCountry,
    callerNumber: call.from,
  },
})
