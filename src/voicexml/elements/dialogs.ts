import { attributePlace, childrenNamed, elementsOf } from '../check/walk.ts'
import { type Compiler, fault, wordsIn } from '../compiler.ts'
import type { XmlElement } from '../element.ts'
import type { ActiveGrammar, Dialog, Enumerable, Filled, FormItem, Step } from '../flow.ts'
import { listen } from '../input.ts'
import { contextOf } from '../run.ts'
import { compileData } from './data.ts'
import { compileContent } from './executable.ts'
import { compileGrammar, compileGrammars } from './grammars.ts'
import { type CompiledItem, compileItem, isFormItem, requireDistinctNames } from './items.ts'
import { compilePrompts } from './prompts.ts'
import { compileSpeech } from './speech.ts'
import { compileSurroundings } from './surroundings.ts'
import { compileLeave } from './transitions.ts'
import { compileScript, compileVar } from './variables.ts'

/** The dialogs of a document in their order. */
export const compileDialogs = (document: XmlElement, compiler: Compiler): readonly Dialog[] => {
  const ids = new Set<string>()
  return elementsOf(document)
    .filter(({ name }) => name === 'form' || name === 'menu')
    .map((element, index) => {
      const { id } = element.attributes
      if (id !== undefined && ids.has(id)) {
        fault(compiler, attributePlace(element, 'id'), 'duplicate-name', `two dialogs named ${id}`)
      }
      if (id !== undefined) ids.add(id)
      return element.name === 'form'
        ? compileForm(element, index, compiler)
        : compileMenu(element, index, compiler)
    })
}

const head = (element: XmlElement, index: number) =>
  ({
    id: element.attributes['id'] ?? `#${index + 1}`,
    index,
  }) as const

/** `<form>` (VoiceXML 2.0 section 2.1). */
const compileForm = (element: XmlElement, index: number, compiler: Compiler): Dialog => {
  const initial: Step[] = []
  const items: FormItem[] = []
  const filled: Filled[] = []
  for (const child of elementsOf(element)) {
    if (child.name === 'var') initial.push(compileVar(child, compiler))
    else if (child.name === 'script') initial.push(compileScript(child, compiler))
    else if (child.name === 'data') initial.push(compileData(child, compiler))
    else if (child.name === 'filled') filled.push(compileFilled(child, compiler))
    else if (isFormItem(child)) {
      const compiled: CompiledItem = compileItem(child, items.length, compiler)
      items.push(compiled.item)
      initial.push(compiled.declare)
      filled.push(...compiled.filled)
    }
  }
  requireDistinctNames(element, compiler)
  for (const child of childrenNamed(element, 'filled')) requireInputItems(child, items, compiler)
  return {
    ...head(element, index),
    kind: 'form',
    initial,
    items,
    filled,
    grammars: childrenNamed(element, 'grammar').map((grammar) => {
      const scope = grammar.attributes['scope'] ?? element.attributes['scope']
      return {
        ...compileGrammar(grammar, { kind: 'form' }, compiler),
        everywhere: scope === 'document',
      }
    }),
    ...compileSurroundings(element, compiler),
  }
}

/** A `<filled>` cannot watch items that nothing fills (section 2.4). */
const requireInputItems = (
  filled: XmlElement,
  items: readonly FormItem[],
  compiler: Compiler,
): void => {
  for (const name of wordsIn(filled.attributes['namelist'])) {
    if (!items.some((item) => item.name === name && item.kind === 'control')) continue
    fault(compiler, attributePlace(filled, 'namelist'), 'dead-item', `${name} is no input item`)
  }
}

/** `<filled>` of a form (section 2.4). */
const compileFilled = (element: XmlElement, compiler: Compiler): Filled => {
  const names = wordsIn(element.attributes['namelist'])
  return {
    owner: null,
    mode: element.attributes['mode'] === 'any' ? 'any' : 'all',
    names: names.length === 0 ? null : names,
    content: compileContent(element.children, compiler),
  }
}

/**
 * `<menu>` (section 2.2): a dialog with one nameless field, whose grammars are those of its choices. With
 * `dtmf="true"` the first nine choices without keys of their own get the keys 1 to 9.
 */
const compileMenu = (element: XmlElement, index: number, compiler: Compiler): Dialog => {
  const automatic = element.attributes['dtmf'] === 'true'
  let given = 0
  const choices = childrenNamed(element, 'choice').map((choice) => {
    const { dtmf } = choice.attributes
    if (automatic && dtmf !== undefined && !/^\s*[*#0]\s*$/.test(dtmf)) {
      const place = attributePlace(choice, 'dtmf')
      fault(compiler, place, 'attribute-conflict', 'this menu gives the keys 1 to 9 itself')
    }
    if (automatic && dtmf === undefined) given += 1
    const key = dtmf ?? (automatic && given <= 9 ? String(given) : undefined)
    return compileChoice(choice, key, compiler)
  })
  const name = 'menu 0'
  const item: FormItem = {
    index: 0,
    name,
    named: false,
    kind: 'input',
    slot: '',
    modal: false,
    cond: () => true,
    prompts: compilePrompts(element.children, compiler),
    grammars: [],
    enumerable: choices,
    visit: listen,
    handlers: [],
    links: [],
    properties: new Map(),
    misfit: null,
  }
  const scripts = childrenNamed(element, 'script').map((each) => compileScript(each, compiler))
  return {
    ...head(element, index),
    kind: 'menu',
    initial: [
      ...scripts,
      (run) => {
        contextOf(run).dialogScope[name] = undefined
        return undefined
      },
    ],
    items: [item],
    filled: [],
    grammars: choices
      .flatMap(({ grammars }) => grammars)
      .map((grammar) => ({ ...grammar, everywhere: element.attributes['scope'] === 'document' })),
    ...compileSurroundings(element, compiler),
  }
}

const compileChoice = (
  element: XmlElement,
  keys: string | undefined,
  compiler: Compiler,
): Enumerable & { readonly grammars: readonly ActiveGrammar[] } => {
  const spoken = element.children.filter((node) => node.kind === 'text' || node.name !== 'grammar')
  const target = { kind: 'leave', step: compileLeave(element, compiler) } as const
  return {
    keys: keys ?? '',
    speech: compileSpeech(spoken, compiler),
    grammars: compileGrammars(element, target, compiler, keys),
  }
}
