import type { XmlNode } from '../element.ts'
import type { PromptSources, Sound, Speech } from '../flow.ts'
import { spend } from '../run.ts'

/** Whether what a node says depends on nothing but the sources and the language. */
export const isConstant = (node: XmlNode): boolean =>
  node.kind === 'text' ||
  (MARKUP.has(node.name) && !('nameexpr' in node.attributes) && node.children.every(isConstant)) ||
  (node.name === 'audio' &&
    node.attributes['src']?.trimStart().startsWith('prompt:') === true &&
    node.children.every(isConstant))

const MARKUP: ReadonlySet<string> = new Set(
  'break desc emphasis lexicon mark metadata p phoneme prosody s say-as sub voice'.split(' '),
)

type Said = { readonly sounds: readonly Sound[]; readonly characters: number }

/**
 * Constant speech, put together once for its catalogues and language; each time it costs its characters.
 * Catalogues belong to one flow set, as its recordings do; a setting is made anew for every turn.
 */
export const remembered = (speak: Speech): Speech => {
  const known = new WeakMap<PromptSources['catalogues'], Map<string, Said>>()
  return (run, language) => {
    const { catalogues } = run.sources
    const byLanguage = known.get(catalogues)
    const said = byLanguage?.get(language)
    if (said !== undefined) {
      spend(run, 'characters', said.characters)
      return said.sounds
    }
    const before = run.characters
    const sounds = Object.freeze(speak(run, language))
    const fresh: Said = { sounds, characters: before - run.characters }
    if (byLanguage === undefined) known.set(catalogues, new Map([[language, fresh]]))
    else byLanguage.set(language, fresh)
    return sounds
  }
}
