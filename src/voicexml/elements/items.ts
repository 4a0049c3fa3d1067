import { attributePlace, childrenNamed, elementsOf, ownText } from '../check/walk.ts'
import { type Compiler, conditionIn, expressionIn, fault, targetIn } from '../compiler.ts'
import type { XmlElement } from '../element.ts'
import type { Value } from '../expressions/value.ts'
import type { ActiveGrammar, Enumerable, Filled, FormItem, Run, Step } from '../flow.ts'
import { listen } from '../input.ts'
import { jsonOf } from '../json-values.ts'
import { contextOf, performApart, raise } from '../run.ts'
import { newScope, requireName } from '../scopes.ts'
import { compileContent, compileUnsupported } from './executable.ts'
import { compileGrammar, compileGrammars, compileType } from './grammars.ts'
import { compilePrompts } from './prompts.ts'
import { compileRecord } from './record.ts'
import { compileSending } from './sending.ts'
import { compileSpeech } from './speech.ts'
import { compileSurroundings } from './surroundings.ts'
import { compileTransfer } from './transfer.ts'

/** What a form item adds to the form it stands in. */
export type CompiledItem = {
  readonly item: FormItem
  /** Declares its variable when the form is entered. */
  readonly declare: Step
  readonly filled: readonly Filled[]
}

type Kind = Pick<FormItem, 'kind' | 'visit'> &
  Partial<Pick<FormItem, 'grammars' | 'enumerable' | 'prompts' | 'modal' | 'take'>>

/** Names of the elements that are form items, whether they are supported or not. */
export const isFormItem = ({ name }: XmlElement): boolean => KINDS.has(name)

/** A form item (VoiceXML 2.0 section 2.3). */
export const compileItem = (
  element: XmlElement,
  index: number,
  compiler: Compiler,
): CompiledItem => {
  const { name: given, slot, modal } = element.attributes
  // Space keeps the names of nameless items out of reach of every expression.
  const name = given ?? `item ${index}`
  const checkName = given === undefined ? null : requireName(given)
  const initial = expressionIn(element, 'expr', compiler)
  const kind = (KINDS.get(element.name) ?? compileLater)(element, compiler)
  return {
    item: {
      index,
      name,
      named: given !== undefined,
      slot: slot ?? given ?? '',
      modal: modal === 'true',
      cond: conditionIn(element, compiler),
      prompts: element.name === 'block' ? [] : compilePrompts(element.children, compiler),
      grammars: [],
      enumerable: [],
      ...kind,
      ...compileSurroundings(element, compiler),
    },
    declare: (run) => {
      checkName?.()
      contextOf(run).dialogScope[name] = initial?.(run)
      return undefined
    },
    filled: childrenNamed(element, 'filled').map((action) => ({
      owner: index,
      mode: 'all',
      names: null,
      content: compileContent(action.children, compiler),
    })),
  }
}

/** `<block>` (section 2.3.2): executed once. */
const compileBlock = (element: XmlElement, compiler: Compiler): Kind => {
  const content = compileContent(element.children, compiler)
  return {
    kind: 'control',
    visit: (run) => {
      const { at, dialog, dialogScope } = contextOf(run)
      const item = typeof at === 'number' ? dialog.items[at] : undefined
      if (item !== undefined) dialogScope[item.name] = true
      return performApart(content, run, newScope())
    },
  }
}

/** `<field>` (section 2.3.1): waits for keys that one of the active grammars takes. */
const compileField = (element: XmlElement, compiler: Compiler): Kind => {
  const { type } = element.attributes
  const own = { kind: 'item', value: null } as const
  const options = childrenNamed(element, 'option').map((option) => compileOption(option, compiler))
  return {
    kind: 'input',
    grammars: [
      ...childrenNamed(element, 'grammar').map((each) => compileGrammar(each, own, compiler)),
      ...(type === undefined ? [] : [compileType(type, attributePlace(element, 'type'), compiler)]),
      ...options.flatMap(({ grammars }) => grammars),
    ],
    enumerable: options,
    visit: listen,
  }
}

/** `<option>` (section 2.3.1.3): stands for its value, else its text, else its keys. */
const compileOption = (
  element: XmlElement,
  compiler: Compiler,
): Enumerable & { readonly grammars: readonly ActiveGrammar[] } => {
  const keys = element.attributes['dtmf'] ?? ''
  const text = ownText(element).replace(/\s+/g, ' ').trim()
  const value = element.attributes['value'] ?? (text === '' ? keys.replace(/\s+/g, '') : text)
  return {
    keys,
    speech: compileSpeech(element.children, compiler),
    grammars: compileGrammars(element, { kind: 'item', value }, compiler),
  }
}

/** `<param>` (section 6.4) in the order written. */
const compileParams = (
  element: XmlElement,
  compiler: Compiler,
): ((run: Run) => ReadonlyMap<string, Value>) => {
  const params = childrenNamed(element, 'param').map((param) => ({
    name: param.attributes['name'] ?? '',
    value: param.attributes['value'],
    expression: expressionIn(param, 'expr', compiler),
  }))
  return (run) =>
    new Map(params.map(({ name, value, expression }) => [name, value ?? expression?.(run)]))
}

const PLATFORM = 'builtin:hotline/'

/** `<object>` (section 2.3.5): a function of the platform, which the host carries out while the call waits. */
const compileObject = (element: XmlElement, compiler: Compiler): Kind => {
  const classid = element.attributes['classid'] ?? ''
  const params = compileParams(element, compiler)
  return {
    kind: 'input',
    visit: (run) => {
      if (!classid.startsWith(PLATFORM)) {
        return raise('error.unsupported.objectname', `there is no object ${classid}`)
      }
      if (run.ending !== null) return { kind: 'wait', wait: { kind: 'end', how: run.ending } }
      const entries = [...params(run)].map(([name, value]) => [name, jsonOf(value)] as const)
      return {
        kind: 'wait',
        wait: {
          kind: 'object',
          name: classid.slice(PLATFORM.length),
          params: Object.fromEntries(entries),
          dialog: contextOf(run).dialog.id,
        },
      }
    },
  }
}

/** `<subdialog>` (section 2.3.4): a dialog in an execution context of its own. */
const compileSubdialog = (element: XmlElement, compiler: Compiler): Kind => {
  const target = targetIn(element, 'src', 'srcexpr', compiler)
  const sending = compileSending(element, 'nothing')
  const params = compileParams(element, compiler)
  return {
    kind: 'input',
    visit: (run) => ({
      kind: 'call',
      target: target(run, sending(run)),
      params: params(run),
    }),
  }
}

const compileLater = (element: XmlElement): Kind => ({
  kind: element.name === 'initial' ? 'control' : 'input',
  visit: compileUnsupported(element),
})

type CompileKind = (element: XmlElement, compiler: Compiler) => Kind

const KINDS: ReadonlyMap<string, CompileKind> = new Map<string, CompileKind>([
  ['block', compileBlock],
  ['field', compileField],
  ['object', compileObject],
  ['subdialog', compileSubdialog],
  ['record', compileRecord],
  ['transfer', compileTransfer],
  // In VoiceXML, but not in this engine: visiting one is error.unsupported and its name.
  ['initial', compileLater],
])

/** Names of form items must differ (section 2.3). */
export const requireDistinctNames = (element: XmlElement, compiler: Compiler): void => {
  const seen = new Set<string>()
  for (const item of elementsOf(element).filter(isFormItem)) {
    const { name } = item.attributes
    if (name === undefined) continue
    if (seen.has(name)) {
      fault(compiler, attributePlace(item, 'name'), 'duplicate-name', `two items named ${name}`)
    }
    seen.add(name)
  }
}
