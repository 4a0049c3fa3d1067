import { countryOf, parseNumber } from '../numbers/e164.ts'
import { calledBackDocumentOf } from '../voicexml/called-back-document.ts'
import { startWith } from '../voicexml/interpret.ts'
import type { Json } from '../voicexml/turn.ts'
import type { NewCall } from './call.ts'
import { hangUpCall } from './close.ts'
import { type CallPorts, commitTurn, type TakenTurn } from './commit-turn.ts'
import { type FlowSet, type Line, settingAt } from './flow-set.ts'
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

/** A callback that this call was dialled for. */
export type CalledBackFor = {
  readonly language: string
  readonly ticket: string
  readonly queue: string
  readonly topic: string | null
  readonly reason: 'asked' | 'broken-off'
}

/**
 * Answers an incoming call: turn 0 of its flow. The same call again gets the answer it got. A call that
 * we dialled for a callback is told of the same way, with the person in `from` and the line in `to`.
 */
export const answerCall = async (
  ports: CallPorts,
  incoming: IncomingCall,
  callback: CalledBackFor | null = null,
): Promise<Reply> => {
  const known = ports.live.get(incoming.callSid)
  if (known !== undefined) return replay(ports.calls, known, 0)
  const flowSet = ports.flows.current()
  const line = flowSet.lines.get(incoming.to) ?? null
  const opening = outgoing(newCall(incoming, line, flowSet, ports.clock.now()), flowSet, callback)
  const taken = await (line === null
    ? refuseCall(ports, opening)
    : startCall(ports, opening, line, flowSet, callback))
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
  callback: CalledBackFor | null,
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
      notices: ports.notices.current(),
      now: opening.startedAt,
    },
    (given) =>
      startWith(
        settingAt(flowSet, opening.startedAt),
        {
          document: opening.flowDocument ?? line.flow,
          language: opening.language,
          session: sessionVariables(opening, line, callback),
        },
        given,
      ),
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

/** The call as one of ours: in the language of the person, with the words for who is called back. */
const outgoing = (opening: NewCall, flowSet: FlowSet, callback: CalledBackFor | null): NewCall => {
  if (callback === null || opening.flowDocument === null) return opening
  const document = calledBackDocumentOf(opening.flowDocument)
  return {
    ...opening,
    direction: 'outbound',
    language: callback.language,
    flowDocument: flowSet.setting.flow.documents.has(document) ? document : opening.flowDocument,
  }
}

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
  callback: CalledBackFor | null = null,
): { readonly [key: string]: Json } => ({
  connection: {
    local: { uri: `tel:${call.to}` },
    remote: { uri: call.from === '' ? '' : `tel:${call.from}` },
    protocol: { name: 'sip', version: '2.0' },
    originator: callback === null ? 'remote' : 'local',
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
    ...(callback === null ? {} : { callback: { ...callback } }),
  },
})
