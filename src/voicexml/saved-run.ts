import { dehydrate } from './expressions/dehydrate.ts'
import { createBudget } from './expressions/machine.ts'
import { rehydrate } from './expressions/rehydrate.ts'
import type { Scope, Value } from './expressions/value.ts'
import type { Context, Counters, Run, SessionVariables } from './flow.ts'
import { LIMITS } from './run.ts'
import { sessionScope } from './scopes.ts'
import type { SavedContext, SavedCounters, Session } from './session.ts'
import type { Setting } from './setting.ts'
import { rootOf } from './targets.ts'
import type { Json } from './turn.ts'

/** A run in which nothing has happened yet. */
export const newRun = (
  setting: Setting,
  language: string,
  sessionVariables: SessionVariables,
): Run => ({
  flow: setting.flow,
  sources: setting,
  sessionVariables,
  session: sessionScope(sessionVariables),
  contexts: [],
  local: [],
  language,
  prompts: [],
  events: [],
  timeoutMs: null,
  reprompt: false,
  params: null,
  ending: null,
  budget: createBudget(),
  fuel: LIMITS.steps,
  transitions: LIMITS.transitions,
  characters: LIMITS.characters,
  exhausted: 0,
})

/** Takes the state out of a session, which stays as it was. */
export const openSession = (session: Session, setting: Setting): Run => {
  if (session.format !== 1) throw new Error(`unknown session format ${session.format}`)
  const { flow } = setting
  if (session.flow !== flow.hash) {
    throw new Error('the session belongs to another flow', {
      cause: { session: session.flow, flow: flow.hash },
    })
  }
  const run = newRun(setting, session.language, session.variables as SessionVariables)
  const scopes = rehydrate(
    session.scopes as Json,
    (id) => flow.programs.get(id),
    run.session,
  ) as Scope[]
  session.contexts.forEach((saved, index) => {
    run.contexts.push(openContext(run, saved, scopes, index * 3))
  })
  return run
}

const openContext = (
  run: Run,
  saved: SavedContext,
  scopes: readonly Scope[],
  first: number,
): Context => {
  const document = run.flow.documents.get(saved.document)
  const dialog = document?.dialogs[saved.dialog]
  const application = scopes[first]
  const documentScope = scopes[first + 1]
  const dialogScope = scopes[first + 2]
  if (!document || !dialog || !application || !documentScope || !dialogScope) {
    throw new Error('the session does not fit its flow', { cause: { document: saved.document } })
  }
  return {
    document,
    root: rootOf(run, document),
    application,
    documentScope,
    dialog,
    dialogScope,
    items: saved.items.map(openCounters),
    own: openCounters(saved.own),
    at: saved.at,
    next: null,
    silent: false,
  }
}

const openCounters = (saved: SavedCounters): Counters =>
  typeof saved === 'number'
    ? { prompts: saved, events: null }
    : { prompts: saved[0], events: new Map(Object.entries(saved[1])) }

/** Puts the state into a session. Throws a `ScriptFault` when documents have made too many objects. */
export const closeSession = (run: Run): Session => {
  const scopes: Value[] = []
  for (const { application, documentScope, dialogScope } of run.contexts) {
    scopes.push(application, documentScope, dialogScope)
  }
  return {
    format: 1,
    flow: run.flow.hash,
    language: run.language,
    variables: run.sessionVariables,
    contexts: run.contexts.map((context) => ({
      document: context.document.path,
      dialog: context.dialog.index,
      at: context.at,
      own: closeCounters(context.own),
      items: context.items.map(closeCounters),
    })),
    scopes: dehydrate(scopes, run.session),
  }
}

const closeCounters = ({ prompts, events }: Counters): SavedCounters =>
  events === null ? prompts : [prompts, Object.fromEntries(events)]
