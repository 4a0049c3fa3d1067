import { type CalledBackFor, sessionVariables } from '../../src/calls/answer.ts'
import type { FlowSet } from '../../src/calls/flow-set.ts'
import type { Notice } from '../../src/calls/notice.ts'
import type { PlatformContext } from '../../src/calls/platform/platform-function.ts'
import { platformFunctions } from '../../src/calls/platform.ts'
import type { ObjectAnswer, QueueWait } from '../../src/calls/ports.ts'
import { hearTurn, type StoppedWait } from '../../src/calls/trace/heard.ts'
import { countryOf, parseNumber } from '../../src/numbers/e164.ts'
import { calledBackDocumentOf } from '../../src/voicexml/called-back-document.ts'
import { resumeWith, startWith } from '../../src/voicexml/interpret.ts'
import type { QueuedPrompt } from '../../src/voicexml/prompt-queue.ts'
import type { Session } from '../../src/voicexml/session.ts'
import type { FlowEvent, Input, Json, RecordWait, Turn, Wait } from '../../src/voicexml/turn.ts'
import { givenFetches } from './given-fetches.ts'
import { memoryEffects } from './memory-effects.ts'
import { recordedSeconds } from './recorded.ts'
import type { Given, Heard, OpenPhone, Transcript } from './transcript.ts'

/** A turn run on through its platform functions, to where only the caller or the end can follow. */
export type Stop = {
  readonly prompts: readonly QueuedPrompt[]
  readonly events: readonly FlowEvent[]
  readonly language: string
  readonly wait: StoppedWait
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
    const notices = givenNotices(transcript)
    const runOutside = givenFetches(transcript.givens)
    let session: Session | null = null
    let termChar: string | null = null
    let recording: RecordWait | null = null
    const questions = new Map<string, number>()

    const ask = async (wait: ObjectWait, language: string): Promise<ObjectAnswer | QueueWait> => {
      const context: PlatformContext = {
        callSid: 'CA00000000000000000000000000000001',
        from: transcript.from,
        language,
        line,
        flowSet,
        notices,
        now: transcript.at,
      }
      const platform = platformFunctions.get(wait.name)
      if (platform === undefined) throw new Error(`no platform function ${wait.name}`)
      const answered = platform.writes
        ? await platform.answer(wait.params, context, effects)
        : platform.answer(wait.params, context)
      return 'waits' in answered ? answered.waits : answered.answer
    }

    const settle = async (first: Turn): Promise<Stop> => {
      const prompts: QueuedPrompt[] = []
      const events: FlowEvent[] = []
      for (let turn = first; ; ) {
        prompts.push(...turn.prompts)
        events.push(...turn.events)
        session = turn.session
        const { wait, language } = turn
        if (wait.kind === 'input') termChar = wait.termChar
        recording = wait.kind === 'record' ? wait : null
        if (wait.kind === 'input' && wait.timeoutMs === 0) {
          turn = goOn(silence)
          continue
        }
        if (wait.kind !== 'object') return { prompts, events, language, wait }
        const times = questions.get(wait.name) ?? 0
        questions.set(wait.name, times + 1)
        const prescribed = given(transcript, wait.name, times)
        const answer = prescribed ?? (await ask(wait, language))
        if (answer.kind === 'queue') return { prompts, events, language, wait: answer }
        turn = goOn(answer)
      }
    }

    const goOn = (input: Input): Turn => {
      const before = open(session)
      return throughJson(runOutside((got) => resumeWith(before, input, flowSet.setting, got)))
    }

    const take = async (input: Input): Promise<Heard> => hear(await settle(goOn(input)))

    return {
      dial: async () => {
        const callback = calledBackFor(transcript.givens, line.languages[0])
        const call = {
          document: callback === null ? line.flow : calledBackDocumentOf(line.flow),
          language: line.languages[0],
          session: sessionVariables({ ...transcript, callerCountry }, line, callback),
        }
        const first = runOutside((got) => startWith(flowSet.setting, call, got))
        return hear(await settle(throughJson(first)))
      },
      press: (keys) => take({ kind: 'digits', digits: withoutLast(keys, termChar) }),
      silence: () => take(silence),
      hangUp: () => take({ kind: 'hangup' }),
      speak: (spoken, then) => {
        if (recording === null) throw new Error('the line does not record')
        const seconds = recordedSeconds(spoken, then, recording)
        return take({
          kind: 'recording',
          recording: { reference: 'RE1', address: 'https://carrier/RE1', seconds, bytes: 44 },
          key: /^[0-9*#]$/.test(then) ? then : '',
          hungUp: then === 'hang-up',
        })
      },
      queueEnds: (status, waitedSeconds) =>
        take({ kind: 'object-result', result: { status, waitedSeconds } }),
      transferEnds: (result, seconds) => take({ kind: 'transfer', result, seconds, hungUp: false }),
    }
  }

/** `given called-back asked`: the hotline calls, and this is what for. */
const calledBackFor = (givens: readonly Given[], language: string): CalledBackFor | null => {
  const given = givens.find(({ subject }) => subject === 'called-back')
  if (given === undefined) return null
  const reason = given.value === 'broken-off' ? 'broken-off' : 'asked'
  return { language, ticket: '100042', queue: 'general', topic: null, reason }
}

const silence: Input = { kind: 'digits', digits: '' }

/** The key that ends an input is not part of it. */
const withoutLast = (keys: string, key: string | null): string =>
  key !== null && keys.endsWith(key) ? keys.slice(0, -1) : keys

const throughJson = (turn: Turn): Turn => JSON.parse(JSON.stringify(turn)) as Turn

const open = (session: Session | null): Session => {
  if (session === null) throw new Error('the call has ended: the script goes on too long')
  return session
}

/**
 * The answer that the transcript prescribes for a platform function, if it does: of several one after
 * another, the last for all that is asked beyond them.
 */
const given = ({ givens }: Transcript, name: string, times: number): ObjectAnswer | null => {
  const prescribed = givens.filter(
    ({ subject, value }) => (subject === 'fault' || subject === 'answer') && value === name,
  )
  const now = prescribed[Math.min(times, prescribed.length - 1)]
  if (now?.subject === 'fault') return faultOf(now.details)
  if (now !== undefined) {
    return { kind: 'object-result', result: now.result ?? resultOf(now.details) }
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

/** The nth line of each language belongs to the nth notice. */
const givenNotices = ({ givens, at }: Transcript): readonly Notice[] => {
  const notices: { texts: Record<string, string>; recordings: Record<string, string> }[] = []
  const counts = new Map<string, number>()
  for (const { subject, value: language, details } of givens) {
    if (subject !== 'notice') continue
    const count = counts.get(language) ?? 0
    counts.set(language, count + 1)
    notices[count] ??= { texts: {}, recordings: {} }
    const text = details.get('text')
    const recording = details.get('recording')
    if (text !== undefined) notices[count].texts[language] = text
    if (recording !== undefined) notices[count].recordings[language] = recording
  }
  return notices.map((content, index) => ({
    ...content,
    id: String(index),
    kind: 'incident',
    lines: null,
    from: at,
    until: null,
    endedAt: null,
    createdAt: at,
    createdBy: 'administrator',
  }))
}
