import { dehydrate, rehydrate } from './expressions/dehydrate.ts'
import { createBudget } from './expressions/machine.ts'
import type { Scope, Value } from './expressions/value.ts'
import type { Context, Counters, Run } from './flow.ts'
import { LIMITS } from './run.ts'
import type { SavedContext, SavedCounters, Session } from './session.ts'
import type { Setting } from './setting.ts'
import { rootOf } from './targets.ts'
import type { Json } from './turn.ts'

/** A run in which nothing has happened yet. */
export const newRun = (setting: Setting, language: string, session: Scope): Run => ({
  ...setting,
  session,
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
  const values = rehydrate(session.values as Json, (id) => flow.programs.get(id))
  const [own, ...scopes] = values as [Scope, ...Scope[][]]
  const run = newRun(setting, session.language, own)
  session.contexts.forEach((saved, index) => {
    run.contexts.push(openContext(run, saved, scopes[index] ?? []))
  })
  return run
}

const openContext = (run: Run, saved: SavedContext, scopes: readonly Scope[]): Context => {
  const document = run.flow.documents.get(saved.document)
  const dialog = document?.dialogs[saved.dialog]
  const [application, documentScope, dialogScope] = scopes
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

const openCounters = ([prompts, events]: SavedCounters): Counters => ({
  prompts,
  events: new Map(Object.entries(events ?? {})),
})

/** Puts the state into a session. Throws a `ScriptFault` when documents have made too many objects. */
export const closeSession = (run: Run): Session => {
  const scopes: Value = run.contexts.map(({ application, documentScope, dialogScope }) => [
    application,
    documentScope,
    dialogScope,
  ])
  return {
    format: 1,
    flow: run.flow.hash,
    language: run.language,
    contexts: run.contexts.map((context) => ({
      document: context.document.path,
      dialog: context.dialog.index,
      at: context.at,
      own: closeCounters(context.own),
      items: context.items.map(closeCounters),
    })),
    values: dehydrate([run.session, ...scopes]),
  }
}

const closeCounters = ({ prompts, events }: Counters): SavedCounters =>
  events.size === 0 ? [prompts] : [prompts, Object.fromEntries(events)]
