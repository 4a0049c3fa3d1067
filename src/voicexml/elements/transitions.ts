import { type Compiler, expressionIn, targetIn, textIn, wordsIn } from '../compiler.ts'
import type { XmlElement } from '../element.ts'
import { createObject } from '../expressions/value.ts'
import type { Departure, Run, Step } from '../flow.ts'
import { contextOf, raise, textOf } from '../run.ts'
import { compileSending } from './sending.ts'
import { namedValues } from './variables.ts'

/**
 * `<goto>` (VoiceXML 2.0 section 5.3.7): to an item of the form, a dialog, another document. In a
 * handler inherited from another document addresses refer to the active one (section 5.2).
 */
export const compileGoto = (element: XmlElement, compiler: Compiler): Step => {
  const item = textIn(element, 'nextitem', 'expritem', compiler)
  if (item !== null) return (run) => ({ kind: 'item', index: itemNamed(run, item(run)) })
  const target = targetIn(element, 'next', 'expr', compiler)
  return (run) => ({ kind: 'dialog', target: target(run) })
}

const itemNamed = (run: Run, name: string): number => {
  const found = contextOf(run).dialog.items.find((item) => item.named && item.name === name)
  return found?.index ?? raise('error.badfetch', `no form item ${name}`)
}

/**
 * `<submit>` (section 5.3.8): a transition that sends values and loads the document anew. Values submitted
 * to a file of the flow folder reach no one; they must be declared all the same.
 */
export const compileSubmit = (element: XmlElement, compiler: Compiler): Step => {
  const target = targetIn(element, 'next', 'expr', compiler, { submitted: true })
  const sending = compileSending(element, 'items')
  return (run) => ({ kind: 'dialog', target: target(run, sending(run)) })
}

/** `<exit>` (section 5.3.9). */
export const compileExit = (element: XmlElement, compiler: Compiler): Step => {
  const value = expressionIn(element, 'expr', compiler)
  const names = wordsIn(element.attributes['namelist'])
  return (run) => {
    value?.(run)
    namedValues(names, run)
    return { kind: 'wait', wait: { kind: 'end', how: 'exit' } }
  }
}

/** `<return>` from a subdialog with values or an event (section 5.3.10). */
export const compileReturn = (element: XmlElement, compiler: Compiler): Step => {
  const thrown = compileThrown(element, compiler)
  const names = wordsIn(element.attributes['namelist'])
  return (run): Departure => {
    if (run.contexts.length < 2) return raise('error.semantic', 'return outside of a subdialog')
    if (thrown !== null) return { ...thrown(run), kind: 'return-event' }
    const value = createObject()
    for (const [name, each] of namedValues(names, run)) value[name] = each
    return { kind: 'return', value }
  }
}

/**
 * `<disconnect>` (section 5.3.11): the line goes down after what is queued; then
 * `connection.disconnect.hangup` is thrown, so that its handlers can put things in order.
 */
export const compileDisconnect = (element: XmlElement): Step => {
  const names = wordsIn(element.attributes['namelist'])
  return (run) => {
    namedValues(names, run)
    if (run.ending !== null) return { kind: 'wait', wait: { kind: 'end', how: 'disconnect' } }
    run.ending = 'disconnect'
    return { kind: 'event', name: 'connection.disconnect.hangup', message: undefined }
  }
}

/** `<throw>` (section 5.2.1). */
export const compileThrow = (element: XmlElement, compiler: Compiler): Step =>
  compileThrown(element, compiler) ?? (() => undefined)

/** The event that `event` or `eventexpr` names, with its message; null when the element names none. */
export const compileThrown = (
  element: XmlElement,
  compiler: Compiler,
): ((run: Run) => Extract<Departure, { kind: 'event' }>) | null => {
  const name = textIn(element, 'event', 'eventexpr', compiler)
  if (name === null) return null
  const constant = element.attributes['message']
  const message = expressionIn(element, 'messageexpr', compiler)
  return (run) => {
    const computed = message?.(run)
    return {
      kind: 'event',
      name: name(run).trim(),
      message: computed === undefined ? constant : textOf(run, computed),
    }
  }
}

/** Where a `<choice>` or `<link>` leads: an address, relative to the document it stands in, or an event. */
export const compileLeave = (element: XmlElement, compiler: Compiler): Step => {
  const thrown = compileThrown(element, compiler)
  if (thrown !== null) return thrown
  const target = targetIn(element, 'next', 'expr', compiler, { origin: compiler })
  return (run) => ({ kind: 'dialog', target: target(run) })
}
