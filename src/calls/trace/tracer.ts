import type { Fetched } from '../../voicexml/fetch-request.ts'
import type { FlowEvent, Input } from '../../voicexml/turn.ts'
import { changedVariables, type Variables, variablesOf } from '../../voicexml/variables.ts'
import type { CommittedTurn } from '../commit-turn.ts'
import type { SettledTurn } from '../settle.ts'
import { actLine } from './act-line.ts'
import { fetchLines, givenLines, type Question } from './givens.ts'
import { heardLines, hearTurn } from './heard.ts'
import { createSecrets, type Secrets } from './secrets.ts'
import { stepsIn, type TraceStep, waitText } from './steps.ts'

/** What one turn did, for whoever follows the call; secrets are masked. */
export type TurnTrace = {
  readonly callSid: string
  readonly turn: number
  readonly steps: readonly TraceStep[]
  /** The same turn as a golden conversation has it. */
  readonly transcript: TranscriptPart
}

export type TranscriptPart = {
  /** When the call came in: `2026-11-24 10:05 Europe/Moscow`. */
  readonly at: string
  /** All that the conversation needs so far: the next turn's take the place of these. */
  readonly givens: readonly string[]
  /** What the caller did, then indented what was heard. */
  readonly lines: readonly string[]
}

/** What is remembered of a call between its turns. */
type Followed = {
  readonly secrets: Secrets
  readonly secretNames: Set<string>
  readonly questions: Question[]
  readonly at: Temporal.ZonedDateTime
  /** All that has come from outside, and its texts by hash. */
  readonly fetched: Fetched[]
  readonly texts: Map<string, string>
  variables: Variables
  wait: SettledTurn['wait'] | null
  /** The caller has waited for an operator. */
  hasWaited: boolean
  /** What was heard in turns that went on at once, and what began the first of them. */
  unheard: Unheard | null
}

type Unheard = {
  readonly act: string
  readonly prompts: SettledTurn['prompts']
  readonly events: SettledTurn['events']
}

/** Calls followed at once; of more the oldest are forgotten. */
const mostCalls = 200

/** Follows calls turn by turn. It remembers them in the process alone. */
export const createTracer = (): ((turn: CommittedTurn) => TurnTrace) => {
  const calls = new Map<string, Followed>()

  const followedCall = ({ take, context }: CommittedTurn): Followed => {
    const known = calls.get(take.callSid)
    if (known !== undefined) return known
    const fresh: Followed = {
      secrets: createSecrets(),
      secretNames: new Set(),
      questions: [],
      at: take.startedAt.toZonedDateTimeISO(context.flowSet.timezone).round({
        smallestUnit: 'minute',
        roundingMode: 'floor',
      }),
      fetched: [],
      texts: new Map(),
      variables: new Map(),
      wait: null,
      hasWaited: false,
      unheard: null,
    }
    calls.set(take.callSid, fresh)
    const oldest = calls.size > mostCalls ? calls.keys().next().value : undefined
    if (oldest !== undefined) calls.delete(oldest)
    return fresh
  }

  return (turn) => {
    const { take, context, settled, outside } = turn
    const call = followedCall(turn)
    const { secrets, texts } = call
    learnSecrets(call, take.input, settled.events)
    call.questions.push(...settled.asked.map((asked) => ({ ...asked, context })))
    call.fetched.push(...outside.fetched)
    for (const [hash, text] of outside.texts) texts.set(hash, text)
    if (settled.wait.kind === 'queue') call.hasWaited = true
    const before = call.variables
    if (settled.session !== null) {
      const { setting } = context.flowSet
      const given = { fetched: [], texts }
      call.variables = variablesOf(settled.session, setting, secrets.mask, given)
    }
    const trace: TurnTrace = {
      callSid: take.callSid,
      turn: take.turn,
      steps: [
        ...stepsIn(settled, outside.fetched, secrets.mask),
        ...changedVariables(before, call.variables).map(({ name, owner, value }): TraceStep => {
          const isSecret = call.secretNames.has(`${dialogIn(owner)} ${name}`)
          return { kind: 'variable', text: `${name} = ${isSecret ? '•••' : value}` }
        }),
        { kind: 'waits', text: waitText(settled.wait) },
      ],
      transcript: {
        at: timeLine(call.at),
        givens: [
          ...(call.hasWaited ? ['given operators 1'] : []),
          ...givenLines(call.questions, call.at.toInstant()),
          ...fetchLines(call.fetched),
        ].map(secrets.disguise),
        lines: linesOf(call, turn).map(secrets.disguise),
      },
    }
    if (settled.wait.kind !== 'go-on') call.wait = settled.wait
    if (settled.wait.kind === 'end') calls.delete(take.callSid)
    return trace
  }
}

const timeLine = (at: Temporal.ZonedDateTime): string => {
  const time = at.toPlainTime().toString({ smallestUnit: 'minute' })
  return `${at.toPlainDate()} ${time} ${at.timeZoneId}`
}

/** What the caller did and heard; nothing yet where the turn goes on at once. */
const linesOf = (call: Followed, turn: CommittedTurn): readonly string[] => {
  const { settled } = turn
  const { wait } = settled
  const { act, prompts, events } = call.unheard ?? {
    act: actLine(turn.take, call.wait),
    prompts: [],
    events: [],
  }
  const heard = {
    prompts: [...prompts, ...settled.prompts],
    events: [...events, ...settled.events],
  }
  if (wait.kind === 'go-on') {
    call.unheard = { act, ...heard }
    return []
  }
  call.unheard = null
  return [act, ...heardLines(hearTurn({ ...heard, wait })).map((line) => `  ${line}`)]
}

/** A turn begins with what the caller did, if the caller did anything. */
const learnSecrets = (
  { secrets, secretNames }: Followed,
  input: Input | undefined,
  [first]: readonly FlowEvent[],
): void => {
  if (input?.kind !== 'digits' || first?.type !== 'input' || first.digits !== null) return
  secrets.add(input.digits)
  secretNames.add(`${first.dialog} dialog.${first.item}`)
}

const dialogIn = (owner: string): string => owner.slice(owner.indexOf('#') + 1)
