import { call, enter, enterFurther } from './contexts.ts'
import { queuePrompt, selectPrompts } from './elements/prompts.ts'
import { handle } from './events.ts'
import { createObject, type ScriptObject, type Value } from './expressions/value.ts'
import type { Context, Departure, Filled, FormItem, Heard, Run } from './flow.ts'
import { listeningAt } from './input.ts'
import { valueFrom } from './json-values.ts'
import { flag, surroundings } from './properties.ts'
import { contextOf, eventOf, performApart, raise, reprieve, spend } from './run.ts'
import { newScope } from './scopes.ts'
import type { FlowEvent, Wait } from './turn.ts'

/*
 * The form interpretation algorithm (VoiceXML 2.0 Appendix C), cut at its waits: `interpret` goes round
 * select and collect until something has to be waited for, and what the world answers comes in at
 * `hear` or `fill`, the process phase.
 */

/** Met that often in one turn, a limit ends the call. */
const MAX_EXHAUSTED = 3

/** Runs from a departure, or from the next iteration, to the next wait. */
export const interpret = (run: Run, begin: () => Departure | undefined): Wait => {
  let departure = attempt(run, begin)
  while (departure?.kind !== 'wait') {
    const reached = departure
    departure = attempt(run, () => (reached === undefined ? iterate(run) : follow(run, reached)))
    if (run.exhausted >= MAX_EXHAUSTED) return { kind: 'end', how: run.ending ?? 'failed' }
  }
  const { wait } = departure
  return run.ending === null ? wait : { kind: 'end', how: run.ending }
}

/** What documents do wrong is an event where the run stands. */
const attempt = (run: Run, act: () => Departure | undefined): Departure | undefined => {
  try {
    return act()
  } catch (thrown) {
    run.local = []
    reprieve(run)
    const event = eventOf(thrown)
    if (event === undefined) throw thrown
    return event
  }
}

const follow = (
  run: Run,
  departure: Exclude<Departure, { kind: 'wait' }>,
): Departure | undefined => {
  spend(run, 'fuel')
  switch (departure.kind) {
    case 'event':
      return handle(run, departure.name, departure.message)
    case 'item':
      contextOf(run).next = departure.index
      return undefined
    case 'dialog':
      return enter(run, departure.target) ?? carry(run, departure.heard)
    case 'call':
      return call(run, departure.target, departure.params)
    case 'return':
      run.contexts.pop()
      return fill(run, departure.value)
    case 'return-event':
      run.contexts.pop()
      return { kind: 'event', name: departure.name, message: departure.message }
  }
}

/** One iteration: select an item, queue its prompts, visit it. */
const iterate = (run: Run): Departure | undefined => {
  spend(run, 'fuel')
  const context = contextOf(run)
  if (context.at === 'document') return enterFurther(run)
  context.at = 'dialog'
  const item = select(run, context)
  if (item === undefined) return { kind: 'wait', wait: { kind: 'end', how: 'exit' } }
  context.next = null
  context.at = item.index

  const { document, root } = context
  if (document.misfits || root.misfits) {
    const misfit = surroundings(run).find(({ misfit }) => misfit !== null)?.misfit ?? null
    if (misfit !== null) return { kind: 'event', name: 'error.semantic', message: misfit }
  }
  const { silent } = context
  context.silent = false
  if (!silent && item.kind === 'input') prompt(run, context, item)
  return item.visit(run)
}

/** The item that was asked for, else the first whose variable is undefined and whose condition holds. */
const select = (run: Run, context: Context): FormItem | undefined => {
  const { dialog, dialogScope, next } = context
  if (next !== null) return dialog.items[next]
  return dialog.items.find((item) => dialogScope[item.name] === undefined && item.cond(run))
}

const prompt = (run: Run, context: Context, item: FormItem): void => {
  const counters = context.items[item.index]
  if (counters === undefined) return
  for (const each of selectPrompts(run, item.prompts, counters.prompts)) queuePrompt(run, each)
  counters.prompts += 1
}

/** Keys have come, or none within the timeout: the item that waits for them stands in the context. */
export const hear = (run: Run, keys: string): Departure | undefined => {
  const { automaton, grammars, takesKeys } = listeningAt(run)
  run.grammars = null
  const digits = takesKeys ? keys : ''
  const match = digits === '' ? null : automaton.match(digits)
  const heard = match === null ? undefined : grammars[match.index]
  const outcome = digits === '' ? 'noinput' : heard === undefined ? 'nomatch' : 'match'
  noteInput(run, digits, outcome)
  if (match === null || heard === undefined) {
    if (outcome === 'nomatch') noteResult(run, digits, undefined)
    return { kind: 'event', name: outcome, message: undefined }
  }
  if (match.fault !== null) return { kind: 'event', name: 'error.semantic', message: match.fault }
  const { target } = heard.active
  const own = target.kind === 'item' ? target.value : null
  const interpretation = own ?? valueFrom(match.interpretation)
  noteResult(run, digits, interpretation)
  const result: Heard = { target, digits, interpretation }
  const { owner } = heard
  if (owner === null || owner.dialog === contextOf(run).dialog) return understand(run, result)
  const loads = owner.document !== contextOf(run).document
  return { kind: 'dialog', target: { ...owner, loads, submitted: false }, heard: result }
}

export const noteInput = (
  run: Run,
  digits: string,
  outcome: Extract<FlowEvent, { type: 'input' }>['outcome'],
): void => {
  const { at, dialog } = contextOf(run)
  const item = typeof at === 'number' ? dialog.items[at] : undefined
  run.events.push({
    type: 'input',
    dialog: dialog.id,
    item: item?.named ? item.name : '',
    digits: flag(run, 'hotline.secret') ? null : digits,
    outcome,
  })
}

/** `application.lastresult$` (section 5.1.5): a list of one, with its properties on the list itself. */
export const noteResult = (run: Run, digits: string, interpretation: Value): void => {
  const result = resultOf(digits, interpretation)
  contextOf(run).application['lastresult$'] = Object.assign([result], result)
}

const resultOf = (digits: string, interpretation: Value): ScriptObject => {
  const result = createObject()
  result['confidence'] = 1
  result['utterance'] = digits
  result['inputmode'] = 'dtmf'
  result['interpretation'] = interpretation
  return result
}

/** Input that matched in another dialog is processed there, once it has been entered. */
const carry = (run: Run, heard: Heard | undefined): Departure | undefined => {
  if (heard === undefined) return undefined
  const context = contextOf(run)
  if (context.dialog.kind === 'menu') context.at = 0
  return understand(run, heard)
}

/** The process phase for input to a grammar of this dialog, or to a link. */
const understand = (run: Run, heard: Heard): Departure | undefined => {
  const context = contextOf(run)
  const { target, interpretation } = heard
  if (target.kind === 'leave') return target.step(run)
  const justFilled = new Set<number>()
  for (const item of context.dialog.items) {
    const found =
      target.kind === 'form'
        ? slotOf(interpretation, item)
        : item.index === context.at
          ? fillingOf(interpretation, item)
          : undefined
    if (found === undefined || item.kind !== 'input') continue
    context.dialogScope[item.name] = found.value
    if (item.named) {
      context.dialogScope[`${item.name}$`] = resultOf(heard.digits, interpretation)
    }
    justFilled.add(item.index)
  }
  return runFilled(run, context, justFilled)
}

/** What the slot names in the result, else the whole result. */
const fillingOf = (result: Value, item: FormItem): { value: Value } =>
  slotOf(result, item) ?? { value: result }

/** What a result holds for an item: the property that its slot names, a path with dots. */
const slotOf = (result: Value, { slot }: FormItem): { value: Value } | undefined => {
  let value = result
  for (const key of slot.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    if (!Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return { value }
}

/** Fills the item being visited, as an object or a subdialog does. */
export const fill = (run: Run, value: Value): Departure | undefined => {
  const context = contextOf(run)
  const item = typeof context.at === 'number' ? context.dialog.items[context.at] : undefined
  if (item === undefined) return undefined
  context.dialogScope[item.name] = value
  return runFilled(run, context, new Set([item.index]))
}

/** Executes the `<filled>` that the items just filled trigger (section 2.4), in document order. */
const runFilled = (
  run: Run,
  context: Context,
  justFilled: ReadonlySet<number>,
): Departure | undefined => {
  for (const filled of context.dialog.filled) {
    if (!triggered(context, filled, justFilled)) continue
    context.at = filled.owner ?? 'dialog'
    const departure = performApart(filled.content, run, newScope())
    if (departure !== undefined) return departure
  }
  return undefined
}

const triggered = (
  context: Context,
  { owner, names, mode }: Filled,
  justFilled: ReadonlySet<number>,
): boolean => {
  const watched = context.dialog.items.filter((item) =>
    owner === null
      ? names === null
        ? item.kind === 'input'
        : names.includes(item.name)
      : item.index === owner,
  )
  const unknown = names?.find((name) => watched.every((item) => item.name !== name))
  if (unknown !== undefined) raise('error.semantic', `${unknown} is no input item`)
  if (!watched.some(({ index }) => justFilled.has(index))) return false
  return mode === 'any' || watched.every(({ name }) => context.dialogScope[name] !== undefined)
}
