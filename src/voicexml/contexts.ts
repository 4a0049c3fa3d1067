import type { Value } from './expressions/value.ts'
import { shownAddress } from './fetch-request.ts'
import type { Context, Counters, Departure, Dialog, Document, Run, Target } from './flow.ts'
import { contextOf, LIMITS, perform, raise, spend } from './run.ts'
import { newScope } from './scopes.ts'
import { rootOf } from './targets.ts'

/** Counters as they are when a dialog is entered. */
export const newCounters = (): Counters => ({ prompts: 1, events: null })

/** A context in which nothing has been entered yet. */
export const newContext = (document: Document, dialog: Dialog): Context => {
  const scope = newScope('application', 'document')
  return {
    document,
    root: document,
    application: scope,
    documentScope: scope,
    dialog,
    dialogScope: newScope('dialog'),
    items: [],
    own: newCounters(),
    at: 'document',
    next: null,
    silent: false,
  }
}

/** Goes where a transition leads: loads the document if need be, then enters the dialog. */
export const enter = (run: Run, target: Target): Departure | undefined => {
  spend(run, 'transitions')
  const context = contextOf(run)
  const { document, dialog } = target
  const root = target.loads ? (target.root ?? rootOf(run, document)) : context.root
  const fresh = root !== context.root || beginsAnew(context, target)
  context.dialog = dialog
  context.dialogScope = newScope('dialog')
  context.items = []
  context.own = newCounters()
  context.at = 'document'
  if (!target.loads) return enterDialog(run)

  context.document = document
  context.root = root
  if (fresh) {
    context.application = newScope('application', 'document')
    context.documentScope = context.application
    const departure = perform(root.initial, run)
    if (departure !== undefined) return departure
  }
  return enterLeaf(run)
}

/** The second half of loading, once the root is there: the document itself, then its dialog. */
const enterLeaf = (run: Run): Departure | undefined => {
  const context = contextOf(run)
  const { document, root } = context
  context.documentScope = root === document ? context.application : newScope('document')
  if (root === document) return enterDialog(run)
  return perform(document.initial, run) ?? enterDialog(run)
}

/**
 * Goes on with loading after an event in it was handled: what stood behind the fault is passed over, the
 * leaf of a root with a fault is not.
 */
export const enterFurther = (run: Run): Departure | undefined => {
  const { document, root, application, documentScope } = contextOf(run)
  return root !== document && documentScope === application ? enterLeaf(run) : enterDialog(run)
}

/**
 * Whether a root document that stays the root is loaded again (VoiceXML 2.0 section 1.5.2): when it goes to
 * itself, and when one of its leaves submits to it. A leaf that merely goes there finds it as it was.
 */
const beginsAnew = (context: Context, { document, submitted }: Target): boolean =>
  document === context.root && (submitted || context.document === document)

/** Begins the dialog of the context: counters and variables as on the first day (Appendix C). */
export const enterDialog = (run: Run): Departure | undefined => {
  const context = contextOf(run)
  const { dialog, document } = context
  context.dialogScope = newScope('dialog')
  context.items = dialog.items.map(newCounters)
  context.own = newCounters()
  context.at = 'dialog'
  context.next = null
  context.silent = false
  run.events.push({ type: 'dialog', document: shownAddress(document.path), dialog: dialog.id })

  const { params } = run
  try {
    const departure = perform(dialog.initial, run)
    if (departure === undefined && params !== null && params.size > 0) {
      return raise('error.semantic', `the subdialog declares no ${[...params.keys()].join(', ')}`)
    }
    return departure
  } finally {
    run.params = null
  }
}

/** Calls a subdialog: a whole new context on top of the present one (section 2.3.4). */
export const call = (
  run: Run,
  target: Target,
  params: ReadonlyMap<string, Value>,
): Departure | undefined => {
  if (run.contexts.length >= LIMITS.contexts) {
    return raise('error.semantic', 'subdialogs are nested too deeply')
  }
  const context = newContext(target.document, target.dialog)
  context.root = NOWHERE
  run.contexts.push(context)
  run.params = new Map(params)
  return enter(run, { ...target, loads: true })
}

/** Stands for "no document yet". */
export const NOWHERE: Document = Object.freeze({
  path: '',
  base: '',
  xml: Object.freeze({
    kind: 'element',
    name: 'vxml',
    attributes: {},
    attributePlaces: {},
    children: [],
    place: { line: 1, column: 1 },
  }),
  language: null,
  application: null,
  initial: [],
  dialogs: [],
  misfits: false,
  handlers: [],
  links: [],
  properties: new Map(),
  misfit: null,
})

/** The dialog of `NOWHERE`. */
export const NO_DIALOG: Dialog = Object.freeze({
  id: '',
  index: 0,
  kind: 'form',
  initial: [],
  items: [],
  grammars: [],
  filled: [],
  handlers: [],
  links: [],
  properties: new Map(),
  misfit: null,
})
