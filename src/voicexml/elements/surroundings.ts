import { childrenNamed, elementsOf } from '../check/walk.ts'
import { type Compiler, conditionIn, wordsIn } from '../compiler.ts'
import type { XmlElement } from '../element.ts'
import type { Handler, Surroundings } from '../flow.ts'
import { misfitOf } from '../properties.ts'
import { compileContent } from './executable.ts'
import { compileGrammars } from './grammars.ts'
import { compileLeave } from './transitions.ts'

/** Handlers, links and properties that an element puts around what is in it. */
export const compileSurroundings = (element: XmlElement, compiler: Compiler): Surroundings => {
  const properties = new Map(
    childrenNamed(element, 'property').map(({ attributes }) => [
      attributes['name'] ?? '',
      attributes['value'] ?? '',
    ]),
  )
  return {
    handlers: elementsOf(element).flatMap((child) => compileHandler(child, compiler)),
    links: childrenNamed(element, 'link').flatMap((link) =>
      compileGrammars(link, { kind: 'leave', step: compileLeave(link, compiler) }, compiler),
    ),
    properties,
    misfit: misfitOf(properties),
  }
}

const SHORTHANDS: ReadonlySet<string> = new Set(['error', 'help', 'noinput', 'nomatch'])

/**
 * `<catch>` and its shorthands (VoiceXML 2.0 section 5.2.2). Without an event, or with the event `.`, a
 * handler takes all.
 */
const compileHandler = (element: XmlElement, compiler: Compiler): readonly Handler[] => {
  const shorthand = SHORTHANDS.has(element.name)
  if (element.name !== 'catch' && !shorthand) return []
  const events = shorthand ? [element.name] : wordsIn(element.attributes['event'])
  return [
    {
      events: events.includes('.') ? [] : events.map((event) => event.replace(/\.$/, '')),
      count: Number(element.attributes['count'] ?? 1),
      cond: conditionIn(element, compiler),
      content: compileContent(element.children, compiler),
    },
  ]
}
