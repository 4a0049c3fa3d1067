import { resume } from '../voicexml/interpret.ts'
import type { QueuedPrompt } from '../voicexml/prompt-queue.ts'
import type { FlowEvent, Input, InputWait, Turn, Wait } from '../voicexml/turn.ts'
import { type CallChanges, changesAfter } from './call.ts'
import { changesFromLogs } from './flow-events.ts'
import type { PlatformAnswer, PlatformContext } from './platform/platform-function.ts'
import { platformFunctions, unsupported } from './platform.ts'
import type { Effects } from './ports.ts'

/** A turn run on to where only the caller or the end can follow. */
export type SettledTurn = {
  readonly session: Turn['session']
  readonly prompts: readonly QueuedPrompt[]
  readonly events: readonly FlowEvent[]
  readonly changes: CallChanges
  readonly language: string
  readonly wait: InputWait | Extract<Wait, { kind: 'end' }>
}

/** More answers than this without a word from the caller is a flow that goes in circles. */
const maxAnswers = 50

/**
 * Answers platform functions, and inputs with no time to wait, until the flow waits for keys or ends; one
 * that goes in circles has failed. Null: the flow asks for something that writes and no transaction is
 * open; run the turn again inside one (nothing has happened yet).
 */
export const settle = async (
  first: Turn,
  context: PlatformContext,
  effects: Effects | null,
): Promise<SettledTurn | null> => {
  let turn = first
  let language = first.language
  let changes = changesFromLogs(first.events)
  const prompts = [...first.prompts]
  const events = [...first.events]
  for (let answers = 0; ; answers++) {
    const { wait } = turn
    if (wait.kind === 'end' || (wait.kind === 'input' && wait.timeoutMs > 0)) {
      return { session: turn.session, prompts, events, changes, language, wait }
    }
    if (answers === maxAnswers) {
      events.push({
        type: 'event',
        name: 'error.semantic',
        message: `The flow went on ${answers} times without a word from the caller`,
        dialog: dialogOf(wait),
      })
      return { session: null, prompts, events, changes, language, wait: failed }
    }
    const reply: Answer | null =
      wait.kind === 'input' ? silence : await ask(wait, { ...context, language }, effects)
    if (reply === null) return null
    if (turn.session === null) throw new Error('Turn waits for an answer without session')
    turn = resume(turn.session, reply.answer, context.flowSet.setting)
    language = turn.language
    changes = changesAfter(changes, reply.changes ?? {})
    changes = changesAfter(changes, changesFromLogs(turn.events))
    prompts.push(...turn.prompts)
    events.push(...turn.events)
  }
}

const failed: Extract<Wait, { kind: 'end' }> = { kind: 'end', how: 'failed' }

type Answer = { readonly answer: Input; readonly changes?: CallChanges }

/** No carrier listens for no time at all. */
const silence: Answer = { answer: { kind: 'digits', digits: '' } }

const dialogOf = (wait: Exclude<Wait, { kind: 'end' }>): string => {
  if (wait.kind === 'object') return wait.dialog
  const [dialog = ''] = wait.position.slice(wait.position.indexOf('#') + 1).split('/', 1)
  return dialog
}

const ask = async (
  wait: Extract<Wait, { kind: 'object' }>,
  context: PlatformContext,
  effects: Effects | null,
): Promise<PlatformAnswer | null> => {
  const platform = platformFunctions.get(wait.name)
  if (platform === undefined) return unsupported
  if (!platform.writes) return platform.answer(wait.params, context)
  return effects === null ? null : platform.answer(wait.params, context, effects)
}
