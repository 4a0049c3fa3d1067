import { type PhoneReport, saidTogether, saysOn } from '../../simulator/phone-protocol.ts'
import type { Phase } from './keys.ts'

type Report<T extends PhoneReport['type']> = Extract<PhoneReport, { type: T }>

/** One thing in the conversation, in the order it happened. `id` is unique within a call. */
export type Remark = { readonly id: number } & (
  | { readonly kind: 'dialled'; readonly to: string }
  | { readonly kind: 'rung'; readonly from: string }
  /** It rang, and was not answered here. */
  | { readonly kind: 'missed'; readonly why: Report<'ringing-over'>['why'] }
  | {
      readonly kind: 'prompt'
      readonly utterance: number
      readonly text: string
      readonly language: string
      readonly recorded: boolean
      /** Null while it is being said. */
      readonly ended: Report<'utterance-end'>['how'] | null
    }
  | { readonly kind: 'keys'; readonly digits: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'recording'; readonly maxSeconds: number }
  | { readonly kind: 'recorded'; readonly seconds: number; readonly digits: string }
  | ({ readonly kind: 'transfer' } & Omit<Report<'transfer'>, 'type'>)
  /** On the way to a person, and back. */
  | { readonly kind: 'person'; readonly state: 'waiting' | 'talking' | 'held' | 'over' }
  | { readonly kind: 'ended'; readonly reason: string }
)

/** One thing on the wire: a webhook with its answer, what its turn did, what the carrier's debugger noted. */
export type WireItem = { readonly id: number } & (
  | Report<'webhook'>
  | Report<'trace'>
  | Report<'debugger'>
)

/** `to` is the other end. Times are milliseconds since 1970, as given with the reports. */
export type Call =
  | { readonly state: 'none' }
  | { readonly state: 'ringing'; readonly to: string; readonly callSid: string }
  | { readonly state: 'dialling'; readonly to: string }
  | { readonly state: 'in-progress'; readonly to: string; readonly since: number }
  | {
      readonly state: 'ended'
      readonly to: string
      readonly reason: string
      /** Null when nobody answered. */
      readonly since: number | null
      readonly until: number
    }

/** All that the page knows about its telephone. */
export type Telephone = {
  readonly call: Call
  readonly conversation: readonly Remark[]
  readonly wire: readonly WireItem[]
  /** The keys that the line takes now, while it still speaks too; null when it takes none. */
  readonly listening: Report<'listening'> | null
  /** Where the caller is on the way to a person; null: not on it. */
  readonly person: Exclude<PersonState, 'over'> | null
  /** The recording under way: the person may speak, and any of its keys ends it. */
  readonly recording: Report<'recording'> | null
  /** Keys pressed and not yet taken by the line. */
  readonly typed: string
  /** Why the last command was not carried out; `to` when it was to dial that number. */
  readonly refused: { readonly message: string; readonly to: string | null } | null
}

export const onHook: Telephone = Object.freeze<Telephone>({
  call: { state: 'none' },
  conversation: [],
  wire: [],
  listening: null,
  person: null,
  recording: null,
  typed: '',
  refused: null,
})

type NewRemark = Remark extends infer R ? (R extends Remark ? Omit<R, 'id'> : never) : never

const remark = (state: Telephone, added: NewRemark): readonly Remark[] => [
  ...state.conversation,
  { id: state.conversation.length, ...added },
]

type Prompt = Omit<Extract<Remark, { kind: 'prompt' }>, 'id'>

/** Recordings that follow one another and make up one sentence. */
const isOneText = (before: Prompt, next: Prompt): boolean =>
  before.recorded &&
  next.recorded &&
  before.text !== '' &&
  next.text !== '' &&
  before.ended === 'finished' &&
  before.language === next.language &&
  saysOn(before.text, next.text)

export const isActive = (call: Call): boolean =>
  call.state === 'dialling' || call.state === 'in-progress'

export const phaseOf = (call: Call): Phase => {
  if (call.state === 'ringing') return 'ringing'
  return isActive(call) ? 'calling' : 'idle'
}

/** The caller has asked for a call: what the last one left is put away. */
export const dial = (to: string): Telephone => ({
  ...onHook,
  call: { state: 'dialling', to },
  conversation: [{ id: 0, kind: 'dialled', to }],
})

/**
 * The caller has pressed keys: they stay pending until the line says what it has heard. Keys that are
 * pressed while the line takes none are lost, as on any telephone.
 */
export const press = (state: Telephone, keys: string): Telephone =>
  (state.listening || state.recording) && state.call.state === 'in-progress'
    ? { ...state, typed: state.typed + keys }
    : state

/** The telephone's own line to the carrier is gone, and the call with it. */
export const lose = (state: Telephone, at: number): Telephone => {
  if (state.call.state === 'ringing') return stopRinging(state, 'over')
  return isActive(state.call) ? end(state, 'connection-lost', at) : state
}

/** Somebody calls. What the last call left stays until this one is answered. */
const ring = (state: Telephone, { callSid, from }: Report<'ringing'>): Telephone =>
  isActive(state.call)
    ? state
    : {
        ...state,
        call: { state: 'ringing', to: from, callSid },
        conversation: remark(state, { kind: 'rung', from }),
        refused: null,
      }

const stopRinging = (state: Telephone, why: Report<'ringing-over'>['why']): Telephone => ({
  ...state,
  call: { state: 'none' },
  conversation: remark(state, { kind: 'missed', why }),
})

function end(state: Telephone, reason: string, at: number): Telephone {
  const { call } = state
  if (!isActive(call) || !('to' in call)) return state
  return {
    ...state,
    call: {
      state: 'ended',
      to: call.to,
      reason,
      since: call.state === 'in-progress' ? call.since : null,
      until: at,
    },
    conversation: remark(
      {
        ...state,
        conversation: state.conversation.map((said) =>
          said.kind === 'prompt' && said.ended === null ? { ...said, ended: 'hang-up' } : said,
        ),
      },
      { kind: 'ended', reason },
    ),
    listening: null,
    person: null,
    recording: null,
    typed: '',
  }
}

function follow(state: Telephone, report: Report<'call'>, at: number): Telephone {
  switch (report.state) {
    case 'dialling': {
      const { call } = state
      // What is told of a call that was answered here begins with how it was dialled.
      if (call.state === 'ringing')
        return { ...onHook, call, conversation: [{ id: 0, kind: 'rung', from: call.to }] }
      return call.state === 'dialling' ? state : dial(report.to)
    }
    case 'in-progress': {
      const { call } = state
      const to = call.state === 'ringing' ? call.to : report.to
      return call.state === 'in-progress'
        ? state
        : { ...state, call: { state: 'in-progress', to, since: at } }
    }
    case 'ended':
      return end(state, report.reason ?? 'completed', at)
  }
}

type PersonState = Extract<Remark, { kind: 'person' }>['state']

/** What the line listened for before is over with it. */
function ofPerson(state: Telephone, what: PersonState): Telephone {
  const conversation = remark(state, { kind: 'person', state: what })
  return {
    ...state,
    conversation,
    person: what === 'over' ? null : what,
    listening: null,
    typed: '',
  }
}

/**
 * The telephone after a report of the carrier.
 *
 * @param at when the report came, milliseconds since 1970
 */
export function apply(state: Telephone, report: PhoneReport, at: number): Telephone {
  switch (report.type) {
    case 'call':
      return follow(state, report, at)
    case 'ringing':
      return ring(state, report)
    case 'ringing-over':
      return state.call.state === 'ringing' && state.call.callSid === report.callSid
        ? stopRinging(state, report.why)
        : state
    case 'utterance': {
      const { utterance, text, language, audioUrl } = report
      const recorded = audioUrl !== undefined
      const said = { kind: 'prompt', utterance, text, language, recorded, ended: null } as const
      const before = state.conversation.at(-1)
      if (before?.kind === 'prompt' && isOneText(before, said)) {
        const whole = { ...before, ...said, text: saidTogether(before.text, text) }
        return { ...state, conversation: [...state.conversation.slice(0, -1), whole] }
      }
      return { ...state, conversation: remark(state, said) }
    }
    case 'utterance-end':
      return {
        ...state,
        conversation: state.conversation.map((said) =>
          said.kind === 'prompt' && said.utterance === report.utterance
            ? { ...said, ended: report.how }
            : said,
        ),
      }
    case 'listening':
      return isActive(state.call) ? { ...state, listening: report } : state
    case 'prompted':
    case 'settled':
    case 'message':
      return state
    case 'queue':
      if (report.state === 'entered') return ofPerson(state, 'waiting')
      // Out of the queue for good, or on the way to the room.
      return report.result === 'redirected' || report.result === 'bridged'
        ? { ...state, listening: null, typed: '' }
        : { ...state, listening: null, typed: '', person: null }
    case 'conference': {
      if (report.state === 'talking' || report.state === 'held')
        return ofPerson(state, report.state)
      const talked = state.person === 'talking' || state.person === 'held'
      return report.state === 'left' && talked ? ofPerson(state, 'over') : state
    }
    case 'heard':
      return {
        ...state,
        listening: null,
        typed: '',
        conversation: remark(
          state,
          report.digits === '' ? { kind: 'silence' } : { kind: 'keys', digits: report.digits },
        ),
      }
    case 'recording':
      return {
        ...state,
        recording: report,
        conversation: remark(state, { kind: 'recording', maxSeconds: report.maxSeconds }),
      }
    case 'recorded': {
      const { seconds, digits } = report
      const recorded = { kind: 'recorded', seconds, digits } as const
      return { ...state, recording: null, typed: '', conversation: remark(state, recorded) }
    }
    case 'transfer': {
      const { type: _type, ...transfer } = report
      return { ...state, conversation: remark(state, { kind: 'transfer', ...transfer }) }
    }
    case 'webhook':
    case 'trace':
    case 'debugger':
      return { ...state, wire: [...state.wire, { id: state.wire.length, ...report }] }
    case 'refused':
      return state.call.state === 'dialling'
        ? { ...onHook, refused: { message: report.message, to: state.call.to } }
        : { ...state, refused: { message: report.message, to: null } }
  }
}
