import { enter, NO_DIALOG, NOWHERE, newContext } from './contexts.ts'
import { handle } from './events.ts'
import type { Given, Need } from './fetch-request.ts'
import { needOf } from './fetching.ts'
import type { Departure, Document, Run, SessionVariables } from './flow.ts'
import { fill, hear, interpret } from './form-interpretation.ts'
import { itemAt } from './input.ts'
import { valueFrom } from './json-values.ts'
import { contextOf, eventOf } from './run.ts'
import { closeSession, newRun, openSession } from './saved-run.ts'
import type { Session } from './session.ts'
import type { Setting } from './setting.ts'
import { rootOf, targetOf } from './targets.ts'
import type { Input, Turn } from './turn.ts'

/** What a call begins with. */
export type Call = {
  /** Path of the first document in the flow folder; `#dialog` may follow. */
  readonly document: string
  /** Language of the call, BCP 47. */
  readonly language: string
  /** Variables of the session scope, such as `connection`; documents can read but not change them. */
  readonly session: SessionVariables
}

/**
 * The first turn of a call. Pure; whatever the document does, the answer is a turn: a document that is
 * not there or cannot go on ends it with the words of `default.error`.
 */
export const start = (setting: Setting, call: Call): Turn => startRun(setting, call, null)

/**
 * The same where documents can fetch: a turn that lacks something from outside is no turn yet but says what
 * it needs, and is to be started again with that.
 */
export const startWith = (setting: Setting, call: Call, given: Given | null): Turn | Unmet =>
  orNeed(() => startRun(setting, call, given))

const startRun = (setting: Setting, call: Call, given: Given | null): Turn => {
  const run = newRun(setting, call.language, call.session, given)
  run.contexts.push(newContext(NOWHERE, NO_DIALOG))
  return finish(run, () => begin(run, call.document))
}

/** A turn that cannot be taken before a need is met. */
export type Unmet = { readonly need: Need }

const orNeed = (turn: () => Turn): Turn | Unmet => {
  try {
    return turn()
  } catch (thrown) {
    const need = needOf(thrown)
    if (need === undefined) throw thrown
    return { need }
  }
}

const begin = (run: Run, address: string): Departure | undefined => {
  const [path = ''] = address.split('#', 1)
  const broken = run.flow.broken.get(path)
  if (broken !== undefined) {
    return giveUp(run, broken, 'error.badfetch', `the document ${path} has errors`)
  }
  const document = run.flow.documents.get(path)
  const root = document === undefined ? undefined : outcomeOf(() => rootOf(run, document))
  if (document !== undefined && root?.kind === 'event') {
    return giveUp(run, document, root.name, root.message)
  }
  return enter(run, targetOf(run, `/${address}`, NOWHERE))
}

/**
 * A call that cannot begin in its document, for errors in it or in its root. Nobody has led here, so the
 * handlers of the document and of its first dialog get the event; then the call ends.
 */
const giveUp = (
  run: Run,
  document: Document,
  name: string,
  message: string | undefined,
): Departure => {
  const context = contextOf(run)
  context.document = document
  context.dialog = { ...(document.dialogs[0] ?? NO_DIALOG), items: [] }
  context.at = 'dialog'
  return handle(run, name, message) ?? { kind: 'wait', wait: { kind: 'end', how: 'failed' } }
}

/** The event that an act ends in; undefined when it ends well. */
const outcomeOf = (act: () => unknown): Departure | undefined => {
  try {
    act()
    return undefined
  } catch (thrown) {
    const event = eventOf(thrown)
    if (event === undefined) throw thrown
    return event
  }
}

/**
 * The next turn: what the world answered to the wait of the last one. Pure; `session` is not changed.
 * Throws only when the session belongs to another flow than that of the setting.
 */
export const resume = (session: Session, input: Input, setting: Setting): Turn =>
  resumeRun(session, input, setting, null)

/** The same where documents can fetch; see `startWith`. */
export const resumeWith = (
  session: Session,
  input: Input,
  setting: Setting,
  given: Given | null,
): Turn | Unmet => orNeed(() => resumeRun(session, input, setting, given))

const resumeRun = (session: Session, input: Input, setting: Setting, given: Given | null): Turn => {
  const run = openSession(session, setting, given)
  return finish(run, () => answer(run, input))
}

const answer = (run: Run, input: Input): Departure | undefined => {
  switch (input.kind) {
    case 'digits': {
      const { take } = itemAt(run)
      return take === undefined ? hear(run, input.digits) : take(run, input)
    }
    case 'recording':
    case 'transfer':
    case 'transferred':
      return itemAt(run).take?.(run, input)
    case 'object-result':
      if (input.language !== undefined) run.language = input.language
      return fill(run, valueFrom(input.result))
    case 'object-error':
      return { kind: 'event', name: input.event, message: input.message }
    case 'hangup':
      run.ending = 'hangup'
      return { kind: 'event', name: 'connection.disconnect.hangup', message: undefined }
  }
}

const finish = (run: Run, begin: () => Departure | undefined): Turn => {
  const wait = interpret(run, begin)
  const { prompts, events } = run
  const language = contextOf(run).document.language ?? run.language
  if (wait.kind === 'end') return { session: null, prompts, wait, events, language }
  try {
    return { session: closeSession(run), prompts, wait, events, language }
  } catch (thrown) {
    // Only a document that hoards objects gets here: its call cannot be kept, so it ends.
    if (eventOf(thrown) === undefined) throw thrown
    return { session: null, prompts, wait: { kind: 'end', how: 'failed' }, events, language }
  }
}
