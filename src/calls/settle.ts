import type { NewPlace } from '../queues/ports.ts'
import type { Given } from '../voicexml/fetch-request.ts'
import { resumeWith, type Unmet } from '../voicexml/interpret.ts'
import type { QueuedPrompt } from '../voicexml/prompt-queue.ts'
import type { Session } from '../voicexml/session.ts'
import type {
  EndWait,
  FlowEvent,
  Input,
  InputWait,
  Json,
  RecordWait,
  TransferWait,
  Turn,
  Wait,
} from '../voicexml/turn.ts'
import { type CallChanges, changesAfter } from './call.ts'
import { type Errands, noErrands } from './errands.ts'
import { changesFromLogs } from './flow-events.ts'
import { settingAt } from './flow-set.ts'
import { type PermittedTransfer, permittedTransfer } from './permitted-transfer.ts'
import type { PlatformAnswer, PlatformContext, PlatformWait } from './platform/platform-function.ts'
import { platformFunctions, unsupported } from './platform.ts'
import type { CallStore, Effects, QueueWait } from './ports.ts'

/** A turn run on to where only the caller or the end can follow. */
export type SettledTurn = {
  readonly session: Turn['session']
  readonly prompts: readonly QueuedPrompt[]
  readonly events: readonly FlowEvent[]
  /** What was asked of the platform on the way, in order. */
  readonly asked: readonly Asked[]
  readonly changes: CallChanges
  readonly language: string
  readonly wait: InputWait | RecordWait | TransferWait | QueueWait | EndWait | GoOnWait
  /** The blind transfer that the end is. */
  readonly sentOn?: TransferWait
  /** To be made with the turn. */
  readonly place?: NewPlace
}

/**
 * The turn ends only to be gone on with at once, in a turn of its own: the flow wants something from outside,
 * and what it did before that has to be committed first. The session is the one that takes `input` next.
 */
export type GoOnWait = { readonly kind: 'go-on'; readonly input: Input }

/** One run of the engine, with what there is from outside. */
export type EngineRun = (given: Given | null) => Turn | Unmet

/** A question to the platform with its answer. */
export type Asked = {
  readonly name: string
  readonly params: { readonly [key: string]: Json }
  readonly answer: Input
  /** Language in force when it was asked. */
  readonly language: string
  /** How many events came before it. */
  readonly after: number
}

/** No transaction is open: what can be told before of the functions that write is expected. */
export type Expecting = Pick<CallStore, 'newPlaceId'>

const isExpecting = (effects: Effects | Expecting): effects is Expecting => 'newPlaceId' in effects

/** More answers than this without a word from the caller is a flow that goes in circles. */
const maxAnswers = 50

/**
 * Answers platform functions, and inputs with no time to wait, until the flow waits for keys or ends; one
 * that goes in circles has failed. Null: no transaction is open, and the flow asks for something that writes
 * of which it cannot be expected what comes; run the turn again inside one (nothing has happened yet). What the
 * flow fetches is got by `errands` where no transaction is open; inside one a run gets no more than what was got
 * before.
 */
export const settle = async (
  begin: EngineRun,
  context: PlatformContext,
  effects: Effects | Expecting,
  errands: Errands = noErrands,
): Promise<SettledTurn | null> => {
  const tried = begin(errands.given(0))
  const first = 'need' in tried ? await insist(begin, 0, tried, errands, effects) : tried
  if (first === null) throw new Error('Turn fetches something else when it is run again')
  let turn = first
  let language = first.language
  let changes = changesFromLogs(first.events)
  const prompts = [...first.prompts]
  const events = [...first.events]
  const asked: Asked[] = []
  let sentOn: TransferWait | undefined
  for (let answers = 0; ; answers++) {
    const { wait } = turn
    const sent = sentOn === undefined ? {} : { sentOn }
    const settled = { session: turn.session, prompts, events, asked, changes, language, ...sent }
    if (wait.kind === 'end' || wait.kind === 'record') return { ...settled, wait }
    if (wait.kind === 'input' && wait.timeoutMs > 0) return { ...settled, wait }
    const transfer = wait.kind === 'transfer' ? permittedTransfer(wait, ownNumbers(context)) : null
    if (transfer?.kind === 'permitted') {
      if (transfer.wait.manner !== 'blind') return { ...settled, wait: transfer.wait }
      sentOn = transfer.wait
    }
    if (answers === maxAnswers) {
      events.push({
        type: 'event',
        name: 'error.semantic',
        message: `The flow went on ${answers} times without a word from the caller`,
        dialog: dialogOf(wait),
      })
      return { session: null, prompts, events, asked, changes, language, wait: failed }
    }
    const reply: Answer | PlatformWait | null =
      wait.kind === 'object'
        ? await ask(wait, { ...context, language }, effects)
        : transfer === null
          ? silence
          : transferred(transfer)
    if (reply === null) return null
    if (turn.session === null) throw new Error('Turn waits for an answer without session')
    if ('waits' in reply) {
      const place = reply.place === undefined ? {} : { place: reply.place }
      changes = changesAfter(changes, reply.changes ?? {})
      return { ...settled, ...place, changes, wait: reply.waits }
    }
    if (wait.kind === 'object') {
      const { name, params } = wait
      asked.push({ name, params, answer: reply.answer, language, after: events.length })
    }
    changes = changesAfter(changes, reply.changes ?? {})
    const next = onwards(turn.session, reply.answer, context)
    const step = answers + 1
    const tried = next(errands.given(step))
    const reached = 'need' in tried ? await insist(next, step, tried, errands, effects) : tried
    if (reached === null) {
      return { ...settled, changes, wait: { kind: 'go-on', input: reply.answer } }
    }
    turn = reached
    language = turn.language
    changes = changesAfter(changes, changesFromLogs(turn.events))
    prompts.push(...turn.prompts)
    events.push(...turn.events)
  }
}

const onwards =
  (session: Session, input: Input, { flowSet, now }: PlatformContext): EngineRun =>
  (given) =>
    resumeWith(session, input, settingAt(flowSet, now), given)

/** Gets what a run lacks until it lacks nothing; null: it lacks something and a transaction is open. */
const insist = async (
  run: EngineRun,
  step: number,
  first: Unmet,
  errands: Errands,
  effects: Effects | Expecting,
): Promise<Turn | null> => {
  let tried: Turn | Unmet = first
  while ('need' in tried) {
    if (!isExpecting(effects)) return null
    await errands.meet(step, tried.need)
    tried = run(errands.given(step))
  }
  return tried
}

const failed: Extract<Wait, { kind: 'end' }> = { kind: 'end', how: 'failed' }

type Answer = { readonly answer: Input; readonly changes?: CallChanges }

/** No carrier listens for no time at all. */
const silence: Answer = { answer: { kind: 'digits', digits: '' } }

/** What a flow hears of a transfer at once: that it may not be, or that its caller is gone. */
const transferred = (transfer: PermittedTransfer): Answer => ({
  answer:
    transfer.kind === 'permitted'
      ? { kind: 'transferred', to: transfer.wait }
      : { ...transfer, kind: 'object-error' },
})

const ownNumbers = ({ flowSet }: PlatformContext): ReadonlySet<string> =>
  new Set(flowSet.lines.keys())

const dialogOf = (wait: Exclude<Wait, { kind: 'end' }>): string => {
  if (wait.kind === 'object') return wait.dialog
  const [dialog = ''] = wait.position.slice(wait.position.indexOf('#') + 1).split('/', 1)
  return dialog
}

const ask = async (
  wait: Extract<Wait, { kind: 'object' }>,
  context: PlatformContext,
  effects: Effects | Expecting,
): Promise<PlatformAnswer | PlatformWait | null> => {
  const platform = platformFunctions.get(wait.name)
  if (platform === undefined) return unsupported
  if (!platform.writes) return platform.answer(wait.params, context)
  return isExpecting(effects)
    ? (platform.expect?.(wait.params, context, effects.newPlaceId) ?? null)
    : platform.answer(wait.params, context, effects)
}
