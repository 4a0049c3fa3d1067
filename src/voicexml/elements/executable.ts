import { type Compiler, expressionIn, misplaced } from '../compiler.ts'
import type { XmlElement, XmlNode } from '../element.ts'
import type { Content, Step } from '../flow.ts'
import { raise, textOf } from '../run.ts'
import { compileIf, compileLoop } from './conditions.ts'
import { compileData } from './data.ts'
import { compileBare, compilePrompt, executePrompt, groupSpeech } from './prompts.ts'
import { compileSpeech, plainText } from './speech.ts'
import {
  compileDisconnect,
  compileExit,
  compileGoto,
  compileReturn,
  compileSubmit,
  compileThrow,
} from './transitions.ts'
import { compileAssign, compileClear, compileScript, compileVar } from './variables.ts'

/** Executable content (VoiceXML 2.0 section 5.3): what blocks, handlers and `<filled>` are made of. */
export const compileContent = (nodes: readonly XmlNode[], compiler: Compiler): Content =>
  groupSpeech(nodes).map((group) => {
    if (Array.isArray(group)) return executePrompt(compileBare(group, compiler))
    const compile = EXECUTABLE.get(group.name)
    if (compile !== undefined) return compile(group, compiler)
    misplaced(group, compiler)
    return compileUnsupported(group)
  })

/** An element that is VoiceXML but not of this engine (section 5.2.6). */
export const compileUnsupported = ({ name }: XmlElement): Step => {
  return () => raise(`error.unsupported.${name}`, `<${name}> is not supported`)
}

/** `<log>` (section 5.3.13). */
const compileLog = (element: XmlElement, compiler: Compiler): Step => {
  const label = element.attributes['label'] ?? ''
  const value = expressionIn(element, 'expr', compiler)
  const content = compileSpeech(element.children, compiler)
  return (run) => {
    const computed = value === null ? '' : textOf(run, value(run))
    const text = `${plainText(content(run, run.language))} ${computed}`
    run.events.push({ type: 'log', label, text: text.replace(/\s+/g, ' ').trim() })
    return undefined
  }
}

/** `<reprompt>` (section 5.3.6): only a handler looks at it. */
const compileReprompt = (): Step => (run) => {
  run.reprompt = true
  return undefined
}

const EXECUTABLE: ReadonlyMap<string, (element: XmlElement, compiler: Compiler) => Step> = new Map([
  ['var', compileVar],
  ['assign', compileAssign],
  ['clear', compileClear],
  ['data', compileData],
  ['script', compileScript],
  ['if', (element, compiler) => compileIf(element, compiler, compileContent)],
  ['foreach', (element, compiler) => compileLoop(element, compiler, compileContent)],
  ['prompt', (element, compiler) => executePrompt(compilePrompt(element, compiler))],
  ['goto', compileGoto],
  ['submit', compileSubmit],
  ['exit', compileExit],
  ['return', compileReturn],
  ['disconnect', compileDisconnect],
  ['throw', compileThrow],
  ['reprompt', compileReprompt],
  ['log', compileLog],
])
