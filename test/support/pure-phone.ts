import { sessionVariables } from '../../src/calls/answer.ts'
import type { FlowSet } from '../../src/calls/flow-set.ts'
import type { PlatformContext } from '../../src/calls/platform/platform-function.ts'
import { platformFunctions } from '../../src/calls/platform.ts'
import type { ObjectAnswer } from '../../src/calls/ports.ts'
import { countryOf, parseNumber } from '../../src/numbers/e164.ts'
import { resume, start } from '../../src/voicexml/interpret.ts'
import type { QueuedPrompt } from '../../src/voicexml/prompt-queue.ts'
import type { Session } from '../../src/voicexml/session.ts'
import type { FlowEvent, Input, InputWait, Json, Turn, Wait } from '../../src/voicexml/turn.ts'
import { memoryEffects } from './memory-effects.ts'
import { saidIn } from './said.ts'
import type { Given, Heard, OpenPhone, Transcript } from './transcript.ts'

/** A turn run on through its platform functions, to where only the caller or the end can follow. */
export type Stop = {
  readonly prompts: readonly QueuedPrompt[]
  readonly events: readonly FlowEvent[]
  readonly language: string
  readonly wait: InputWait | Extract<Wait, { kind: 'end' }>
}

type ObjectWait = Extract<Wait, { kind: 'object' }>

/**
 * A telephone straight on the engine. The session goes through JSON at every wait. Platform functions
 * are those of the product, over cases and callbacks in memory; `given` lines can make one answer
 * something else: `given answer enqueue status bridged`, `given fault hours error.platform`.
 */
export const purePhone =
  (flowSet: FlowSet, hear: (stop: Stop) => Heard = hearTurn): OpenPhone =>
  (transcript) => {
    const line = flowSet.lines.get(transcript.to)
    if (line === undefined) throw new Error(`no line ${transcript.to}`)
    const number = parseNumber(transcript.from)
    const callerCountry = number === null ? null : countryOf(number)
    const effects = memoryEffects(transcript.givens)
    let session: Session | null = null
    let termChar: string | null = null

    const ask = async (wait: ObjectWait, language: string): Promise<ObjectAnswer> => {
      const context: PlatformContext = {
        callSid: 'CA00000000000000000000000000000001',
        from: transcript.from,
        language,
        line,
        flowSet,
        now: transcript.at,
      }
      const platform = platformFunctions.get(wait.name)
      if (platform === undefined) throw new Error(`no platform function ${wait.name}`)
      const { answer } = platform.writes
        ? await platform.answer(wait.params, context, effects)
        : platform.answer(wait.params, context)
      return answer
    }

    const settle = async (first: Turn): Promise<Stop> => {
      const prompts: QueuedPrompt[] = []
      const events: FlowEvent[] = []
      for (let turn = throughJson(first); ; ) {
        prompts.push(...turn.prompts)
        events.push(...turn.events)
        session = turn.session
        const { wait, language } = turn
        if (wait.kind === 'input') termChar = wait.termChar
        if (wait.kind !== 'object') return { prompts, events, language, wait }
        const answer = given(transcript, wait.name, language) ?? (await ask(wait, language))
        turn = throughJson(resume(open(session), answer, flowSet.setting))
      }
    }

    const take = async (input: Input): Promise<Heard> =>
      hear(await settle(resume(open(session), input, flowSet.setting)))

    return {
      dial: async () =>
        hear(
          await settle(
            start(flowSet.setting, {
              document: line.flow,
              language: line.languages[0],
              session: sessionVariables({ ...transcript, callerCountry }, line),
            }),
          ),
        ),
      press: (keys) => take({ kind: 'digits', digits: withoutLast(keys, termChar) }),
      silence: () => take({ kind: 'digits', digits: '' }),
      hangUp: () => take({ kind: 'hangup' }),
    }
  }

/** The key that ends an input is not part of it. */
const withoutLast = (keys: string, key: string | null): string =>
  key !== null && keys.endsWith(key) ? keys.slice(0, -1) : keys

const throughJson = (turn: Turn): Turn => JSON.parse(JSON.stringify(turn)) as Turn

const open = (session: Session | null): Session => {
  if (session === null) throw new Error('the call has ended: the script goes on too long')
  return session
}

const hearTurn = ({ prompts, events, wait }: Stop): Heard => ({
  said: saidIn(prompts),
  marks: marksIn(events),
  next:
    wait.kind === 'end'
      ? { kind: 'end', how: wait.how }
      : {
          kind: 'listen',
          maxDigits: wait.maxDigits,
          termChar: wait.termChar,
          seconds: wait.timeoutMs / 1000,
        },
})

/** Marks of the call log, and faults, which no conversation should hide. */
const marksIn = (events: readonly FlowEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.type === 'log') return [`log ${event.label} ${event.text.trim()}`]
    if (event.type === 'event' && event.name.startsWith('error'))
      return [`fault ${event.name} ${event.message}`]
    return []
  })

/** The answer that the transcript prescribes for a platform function, if it does. */
const given = (transcript: Transcript, name: string, language: string): ObjectAnswer | null => {
  for (const { subject, value, details } of transcript.givens) {
    if (subject === 'fault' && value === name) return faultOf(details)
    if (subject === 'answer' && value === name)
      return { kind: 'object-result', result: resultOf(details) }
    if (subject === 'notice' && name === 'notice')
      return { kind: 'object-result', result: { texts: notices(transcript.givens, language) } }
  }
  return null
}

/** Values are texts, or JSON where they begin as a list does. */
const resultOf = (details: Given['details']): Json =>
  Object.fromEntries(
    [...details].map(([name, value]) => [name, value.startsWith('[') ? JSON.parse(value) : value]),
  )

const faultOf = (details: Given['details']): ObjectAnswer => {
  const [[event, message] = ['error.platform', 'given']] = details
  return { kind: 'object-error', event, message }
}

const notices = (givens: readonly Given[], language: string): Json =>
  givens
    .filter(({ subject, value }) => subject === 'notice' && value === language)
    .flatMap(({ details }) => details.get('text') ?? [])
