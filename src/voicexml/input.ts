import { shownAddress } from './fetch-request.ts'
import type { ActiveGrammar, FormItem, ListenedGrammar, Listening, Run, Step } from './flow.ts'
import { type ActiveGrammars, activeGrammars, type Grammar } from './grammars/grammar.ts'
import { property, timeProperty } from './properties.ts'
import { contextOf, raise } from './run.ts'

/** Waits for keys, for as long and as many as properties and grammars say (VoiceXML 2.0 Appendix D). */
export const listen: Step = (run) => {
  if (run.ending !== null) return { kind: 'wait', wait: { kind: 'end', how: run.ending } }
  const { wait } = listeningAt(run)
  const timeoutMs = run.timeoutMs ?? timeProperty(run, 'timeout')
  return { kind: 'wait', wait: { ...wait, timeoutMs } }
}

/** The form item being visited. */
export const itemAt = (run: Run): FormItem => {
  const { at, dialog } = contextOf(run)
  const item = typeof at === 'number' ? dialog.items[at] : undefined
  return item ?? raise('error.semantic', 'no form item is being visited')
}

/** Whether any grammar is active at an item. */
export const hearsKeys = (run: Run, item: FormItem): boolean => activeAt(run, item).length > 0

/** What is heard at the item being visited. */
export const listeningAt = (run: Run): Listening => {
  const item = itemAt(run)
  const known = run.flow.listening.get(item)
  if (known !== undefined) return known
  const listening = listenAt(run, item)
  // The root of a leaf can come in another text each time.
  const { document, root } = contextOf(run)
  const isFixed = root === document || root.pin === undefined
  const constant = isFixed && listening.grammars.every(({ active }) => active.constant)
  if (constant) run.flow.listening.set(item, listening)
  return listening
}

/** The grammars active at an item (section 3.1.4); that there are none is `error.semantic`. */
const listenAt = (run: Run, item: FormItem): Listening => {
  const grammars = activeAt(run, item)
  // Choices and options without keys are there to be spoken: no key means one of them.
  if (grammars.length === 0 && item.enumerable.length === 0) {
    return raise('error.semantic', `no grammar is active at ${item.name}`)
  }
  const automaton = activeGrammars(
    grammars.map(({ active }): Grammar => {
      const source = active.source(run)
      return source.kind === 'grammar' ? source.grammar : raise(source.event, source.message)
    }),
  )
  const takesKeys = property(run, 'inputmodes').split(/\s+/).includes('dtmf')
  return {
    automaton,
    grammars,
    takesKeys,
    wait: {
      kind: 'input',
      maxDigits: takesKeys ? atLeastOne(automaton.maxDigits) : 0,
      termChar: termCharAt(run, automaton),
      interdigitTimeoutMs: timeProperty(run, 'interdigittimeout'),
      termTimeoutMs: timeProperty(run, 'termtimeout'),
      position: positionOf(run, item),
    },
  }
}

/** A caller who may press keys is heard pressing one, if only to be told that it means nothing. */
const atLeastOne = (maxDigits: number | null): number | null =>
  maxDigits === null ? null : Math.max(1, maxDigits)

/** Where the call waits: `document.vxml#dialog/item`, without `/item` where the item has no name. */
export const positionOf = (run: Run, { name, named }: FormItem): string => {
  const { document, dialog } = contextOf(run)
  return `${shownAddress(document.path)}#${dialog.id}${named ? `/${name}` : ''}`
}

/** The key that ends input; none when a grammar needs it as a key like any other. */
const termCharAt = (run: Run, automaton: ActiveGrammars): string | null => {
  const key = property(run, 'termchar')
  return /^[0-9*#]$/.test(key) && !automaton.uses(key) ? key : null
}

/**
 * In the order of precedence: of the item, of its dialog, of the document and of its root, and in each of
 * these as they are written; a modal item hears nothing but its own.
 */
const activeAt = (run: Run, item: FormItem): readonly ListenedGrammar[] => {
  const { dialog, document, root } = contextOf(run)
  const own = asWritten(ownedBy(null, [...item.grammars, ...item.links]))
  if (item.modal) return own
  const ofDialog = ownedBy({ document, dialog }, dialog.grammars)
  const documents = root === document ? [document] : [document, root]
  return [
    ...own,
    ...asWritten([...ownedBy(null, dialog.links), ...ofDialog]),
    ...documents.flatMap((each) => {
      const others = each.dialogs.filter((other) => other !== dialog)
      const shared = others.flatMap((other) => {
        const everywhere = other.grammars.filter((grammar) => grammar.everywhere)
        return ownedBy({ document: each, dialog: other }, everywhere)
      })
      return asWritten([...ownedBy(null, each.links), ...shared])
    }),
  ]
}

const ownedBy = (
  owner: ListenedGrammar['owner'],
  grammars: readonly ActiveGrammar[],
): readonly ListenedGrammar[] => grammars.map((active) => ({ active, owner }))

const asWritten = (grammars: readonly ListenedGrammar[]): readonly ListenedGrammar[] =>
  grammars.toSorted(
    ({ active: { place: a } }, { active: { place: b } }) => a.line - b.line || a.column - b.column,
  )
