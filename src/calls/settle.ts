import { resume } from '../voicexml/interpret.ts'
import type { QueuedPrompt } from '../voicexml/prompt-queue.ts'
import type { FlowEvent, InputWait, Turn, Wait } from '../voicexml/turn.ts'
import type { CallChanges } from './call.ts'
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

/**
 * More platform functions than this without a word from the caller is a flow that goes in circles.
 */
const maxPlatformCalls = 50

/**
 * Answers platform functions until the flow waits for keys or ends; one that goes in circles has failed. Null: the flow asks for something
 * that writes and no transaction is open; run the turn again inside one (nothing has happened yet).
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
  for (let calls = 0; turn.wait.kind === 'object'; calls++) {
    if (calls === maxPlatformCalls) {
      events.push({
        type: 'event',
        name: 'error.semantic',
        message: `Platform functions asked ${calls} times without a word from the caller`,
        dialog: turn.wait.dialog,
      })
      return { session: null, prompts, events, changes, language, wait: failed }
    }
    const reply = await ask(turn.wait, { ...context, language }, effects)
    if (reply === null) return null
    if (turn.session === null) throw new Error('Turn waits for a platform function without session')
    turn = resume(turn.session, reply.answer, context.flowSet.setting)
    language = turn.language
    changes = { ...changes, ...reply.changes, ...changesFromLogs(turn.events) }
    prompts.push(...turn.prompts)
    events.push(...turn.events)
  }
  return { session: turn.session, prompts, events, changes, language, wait: turn.wait }
}

const failed: Extract<Wait, { kind: 'end' }> = { kind: 'end', how: 'failed' }

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
