import { descendants } from '../check/walk.ts'
import { type Compiler, conditionIn, within } from '../compiler.ts'
import type { XmlElement, XmlNode } from '../element.ts'
import type { Prompt, Run, Step } from '../flow.ts'
import { requireSpoken } from '../languages.ts'
import { flag, milliseconds, property } from '../properties.ts'
import { contextOf } from '../run.ts'
import { joinSounds } from '../sounds.ts'
import { compileSpeech, fromCatalogue } from './speech.ts'

/** `<prompt>` (VoiceXML 2.0 section 4.1). */
export const compilePrompt = (element: XmlElement, outer: Compiler): Prompt => {
  const compiler = within(element, outer)
  const { bargein, count, timeout } = element.attributes
  return {
    count: Number(count ?? 1),
    cond: conditionIn(element, compiler),
    bargein: bargein === undefined ? null : bargein === 'true',
    timeoutMs: timeout === undefined ? null : milliseconds(timeout),
    language: compiler.language,
    foreign: isForeign(element.children, compiler),
    speak: compileSpeech(element.children, compiler),
  }
}

/** Names that may stand where a `<prompt>` could, without one around them. */
export const isBareSpeech = (node: XmlNode): boolean =>
  node.kind === 'text' ? node.text.trim() !== '' : BARE.has(node.name)

const BARE: ReadonlySet<string> = new Set(['audio', 'value', 'enumerate'])

/** Prompts among nodes: `<prompt>` elements, and bare text with what stands next to it as one. */
export const compilePrompts = (nodes: readonly XmlNode[], compiler: Compiler): readonly Prompt[] =>
  groupSpeech(nodes).flatMap((group) => {
    if (Array.isArray(group)) return [compileBare(group, compiler)]
    return 'name' in group && group.name === 'prompt' ? [compilePrompt(group, compiler)] : []
  })

export const compileBare = (nodes: readonly XmlNode[], compiler: Compiler): Prompt => ({
  count: 1,
  cond: () => true,
  bargein: null,
  timeoutMs: null,
  language: compiler.language,
  foreign: isForeign(nodes, compiler),
  speak: compileSpeech(nodes, compiler),
})

const isForeign = (nodes: readonly XmlNode[], { language }: Compiler): boolean =>
  language !== null ||
  nodes.some(
    (node) =>
      node.kind === 'element' &&
      descendants(node).some(({ element }) => 'xml:lang' in element.attributes),
  )

/** Elements one by one, and runs of bare speech together; blank text between elements is dropped. */
export const groupSpeech = (nodes: readonly XmlNode[]): (XmlElement | XmlNode[])[] => {
  const groups: (XmlElement | XmlNode[])[] = []
  for (const node of nodes) {
    const last = groups.at(-1)
    if (isBareSpeech(node)) {
      if (Array.isArray(last)) last.push(node)
      else groups.push([node])
    } else if (node.kind === 'element') groups.push(node)
    else if (Array.isArray(last)) last.push(node)
  }
  return groups
}

/**
 * Queues a prompt, whatever its condition and count. How long the caller may be silent after it is settled
 * here, by the place where it is queued (VoiceXML 2.0 section 4.1.7). When nobody is there to hear it, what it
 * does by its expressions is done all the same (section 1.5.4).
 */
export const queuePrompt = (run: Run, prompt: Prompt): void => {
  const segments = joinSounds(prompt.speak(run, prompt.language ?? run.language), run.sources)
  if (prompt.foreign) requireSpoken(run, segments)
  run.timeoutMs = prompt.timeoutMs ?? milliseconds(property(run, 'timeout'))
  if (segments.length === 0 || run.ending !== null) return
  run.prompts.push({ bargein: prompt.bargein ?? flag(run, 'bargein'), segments })
}

/** Queues a prompt of the catalogue, if it has one under that key. */
export const queueCatalogue = (run: Run, key: string): void => {
  const language = contextOf(run).document.language ?? run.language
  const segments = joinSounds(fromCatalogue(run, language, key) ?? [], run.sources)
  if (run.ending === null && segments.length > 0) {
    run.prompts.push({ bargein: flag(run, 'bargein'), segments })
  }
}

/**
 * The prompts of one round: those whose condition holds and whose count is the highest that does not
 * exceed the counter (VoiceXML 2.0 section 4.1.6).
 */
export const selectPrompts = (
  run: Run,
  prompts: readonly Prompt[],
  counter: number,
): readonly Prompt[] => {
  const possible = prompts.filter((prompt) => prompt.count <= counter && prompt.cond(run))
  const highest = possible.reduce((most, { count }) => Math.max(most, count), -Infinity)
  return possible.filter(({ count }) => count === highest)
}

/** `<prompt>` in executable content: queued if its condition holds, whatever its count. */
export const executePrompt =
  (prompt: Prompt): Step =>
  (run) => {
    if (prompt.cond(run)) queuePrompt(run, prompt)
    return undefined
  }
