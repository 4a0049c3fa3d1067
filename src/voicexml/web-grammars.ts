import { resolveAddress } from './addresses.ts'
import type { XmlElement } from './element.ts'
import { type Caching, fetchGrammarXml, usualCaching } from './fetching.ts'
import type { GrammarSource, Run } from './flow.ts'
import { srgsSource } from './srgs-source.ts'

const usually = usualCaching('grammar')

/** Compiled grammars that refer to nothing else, by the name of the rule they begin with. */
const compiled = new WeakMap<XmlElement, Map<string | null, GrammarSource>>()

/** The grammar of a web server, or one public rule of it. */
export const webGrammar = (
  run: Run,
  url: string,
  fragment: string | null,
  caching: Caching,
): GrammarSource => {
  const xml = fetchGrammarXml(run, url, caching)
  const known = compiled.get(xml)?.get(fragment)
  if (known !== undefined) return known
  const source = grammarOf(run, xml, url, fragment)
  if (!refersToWeb(xml, url)) {
    const rules = compiled.get(xml) ?? new Map<string | null, GrammarSource>()
    compiled.set(xml, rules.set(fragment, source))
  }
  return source
}

/** A grammar with references to grammars of web servers, each fetched as it is met. */
export const grammarOf = (
  run: Run,
  xml: XmlElement,
  base: string,
  fragment: string | null,
): GrammarSource =>
  srgsSource(
    xml,
    (uri, from) => {
      const resolved = resolveAddress(uri, from ?? base)
      if (resolved.kind !== 'web') return null
      return { xml: fetchGrammarXml(run, resolved.url, usually), file: resolved.url }
    },
    fragment,
  )

/** Whether a grammar refers to one of a web server. */
export const refersToWeb = (xml: XmlElement, base: string): boolean => {
  const { uri } = xml.attributes
  if (xml.name === 'ruleref' && uri !== undefined) {
    return resolveAddress(uri, base).kind === 'web'
  }
  return xml.children.some((child) => child.kind === 'element' && refersToWeb(child, base))
}
