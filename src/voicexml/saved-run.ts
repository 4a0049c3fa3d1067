import { type DomView, domRestored, domView } from './expressions/builtin/dom.ts'
import { dehydrate } from './expressions/dehydrate.ts'
import { createBudget } from './expressions/machine.ts'
import type { Program } from './expressions/program.ts'
import { rehydrate } from './expressions/rehydrate.ts'
import type { Scope, Value } from './expressions/value.ts'
import type { Given, Pin } from './fetch-request.ts'
import { pinnedDocument, takeUpPins } from './fetching.ts'
import type { Context, Counters, Document, Run, SessionVariables } from './flow.ts'
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
  given: Given | null,
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
  budget: createBudget({ now: setting.now ?? null }),
  fuel: LIMITS.steps,
  transitions: LIMITS.transitions,
  characters: LIMITS.characters,
  exhausted: 0,
  given,
  fetches: 0,
  pinned: null,
  grammars: null,
  audible: null,
  views: null,
})

/**
 * Takes the state out of a session, which stays as it was. Where it stands on a text from outside that is
 * neither at hand nor given, it stops as a fetch does.
 */
export const openSession = (
  session: Session,
  setting: Setting,
  given: Given | null = null,
): Run => {
  if (session.format !== 1) throw new Error(`unknown session format ${session.format}`)
  const { flow } = setting
  if (session.flow !== flow.hash) {
    throw new Error('the session belongs to another flow', {
      cause: { session: session.flow, flow: flow.hash },
    })
  }
  const run = newRun(setting, session.language, session.variables as SessionVariables, given)
  const pins = session.pinned ?? []
  if (session.pinned !== undefined) takeUpPins(run, pins)
  const scopes = rehydrate(
    session.scopes as Json,
    (id) => flow.programs.get(id) ?? pinnedProgram(run, id),
    run.session,
    (saved) => domRestored(saved, (name) => viewNamed(run, name)),
  ) as Scope[]
  session.contexts.forEach((saved, index) => {
    run.contexts.push(openContext(run, saved, pins, scopes, index * 3))
  })
  return run
}

const openContext = (
  run: Run,
  saved: SavedContext,
  pins: readonly Pin[],
  scopes: readonly Scope[],
  first: number,
): Context => {
  const document =
    typeof saved.document === 'number'
      ? pinnedDocument(run, pins[saved.document])
      : run.flow.documents.get(saved.document)
  const dialog = document?.dialogs[saved.dialog]
  const application = scopes[first]
  const documentScope = scopes[first + 1]
  const dialogScope = scopes[first + 2]
  if (!document || !dialog || !application || !documentScope || !dialogScope) {
    throw new Error('the session does not fit its flow', { cause: { document: saved.document } })
  }
  return {
    document,
    root: pinnedDocument(run, pins[saved.root ?? -1]) ?? rootOf(run, document),
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
  const saved = dehydrate(scopes, run.session)
  const pins = run.pinned === null ? NO_PINS : pinsInUse(run, saved)
  const placeOf = ({ pin }: Document): number => (pin === undefined ? -1 : pins.indexOf(pin))
  return {
    format: 1,
    flow: run.flow.hash,
    language: run.language,
    variables: run.sessionVariables,
    ...(pins.length === 0 ? {} : { pinned: pins }),
    contexts: run.contexts.map((context) => ({
      document:
        context.document.pin === undefined ? context.document.path : placeOf(context.document),
      ...(context.root.pin === undefined ? {} : { root: placeOf(context.root) }),
      dialog: context.dialog.index,
      at: context.at,
      own: closeCounters(context.own),
      items: context.items.map(closeCounters),
    })),
    scopes: saved,
  }
}

const NO_PINS: readonly Pin[] = []

/**
 * Of the texts that the turn stood on those that the next one will: its documents and their roots, grammars
 * it listens for, and whatever variables refer to, functions of a script or nodes of data.
 */
const pinsInUse = (run: Run, scopes: Json): readonly Pin[] => {
  const text = JSON.stringify(scopes)
  const documents = new Set(run.contexts.flatMap(({ document, root }) => [document, root]))
  const grammars = new Set(run.grammars?.values())
  return [...(run.pinned ?? [])].flatMap(([name, { pin, source }]) => {
    const isUsed =
      (source.kind === 'document' && documents.has(source.document)) ||
      (source.kind === 'grammar' && grammars.has(source.xml)) ||
      text.includes(source.kind === 'data' ? JSON.stringify(name) : pin.hash)
    return isUsed ? [source.kind === 'document' ? (source.document.pin ?? pin) : pin] : []
  })
}

/** Functions from outside that a session keeps are in the text they were written in. */
const pinnedProgram = (run: Run, id: string): Program | undefined => {
  for (const { source } of run.pinned?.values() ?? []) {
    const program = 'programs' in source ? source.programs.get(id) : undefined
    if (program !== undefined) return program
  }
  return undefined
}

/** XML data by the name of its pin, or the path of its file. */
const viewNamed = (run: Run, name: string): DomView | undefined => {
  const known = run.views?.get(name)
  const source = run.pinned?.get(name)?.source ?? run.flow.dataAt(name)
  if (known !== undefined || source?.kind !== 'data') return known
  run.views ??= new Map()
  const view = domView(name, source.tree)
  run.views.set(name, view)
  return view
}

const closeCounters = ({ prompts, events }: Counters): SavedCounters =>
  events === null ? prompts : [prompts, Object.fromEntries(events)]
