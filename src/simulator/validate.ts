import { type TwimlElement, textOf } from './twiml.ts'
import { sayLanguages, twimlModel } from './twiml-model.ts'

/** What Twilio's debugger would note about a document it runs nevertheless. */
export type Warning = { readonly code: number; readonly message: string }

const spokenLimit = (voice: string): number => (voice.startsWith('Polly.') ? 3000 : 4096)

const sayWarnings = (say: TwimlElement): readonly Warning[] => {
  const warnings: Warning[] = []
  const voice = say.attributes['voice'] ?? ''
  const language = say.attributes['language']
  const length = textOf(say).length
  if (length > spokenLimit(voice)) {
    warnings.push({ code: 13521, message: `<Say> of ${length} characters is too long` })
  }
  if (language !== undefined && !sayLanguages.has(language)) {
    warnings.push({ code: 13512, message: `<Say> has no voice for language ${language}` })
  }
  const own = /^Google\.([a-z]{2,3}-[A-Z]{2})-/.exec(voice)?.[1]
  if (voice !== '' && !/^(man|woman|alice|(Polly|Google)\.[\w-]+)$/.test(voice)) {
    warnings.push({ code: 13511, message: `<Say> does not know voice ${voice}` })
  } else if (own !== undefined && language !== undefined && own !== language) {
    warnings.push({ code: 13511, message: `Voice ${voice} does not speak ${language}` })
  }
  return warnings
}

/**
 * Takes out of an element what Twilio would not run (unknown verbs and attributes, wrong nesting) and
 * says so, as its interpreter does: a warning, then on with the rest (12200 and relatives).
 */
export const validate = (
  root: TwimlElement,
): { readonly root: TwimlElement; readonly warnings: readonly Warning[] } => {
  const warnings: Warning[] = []

  const clean = (node: TwimlElement): TwimlElement => {
    const model = twimlModel[node.name]
    if (!model) return node
    const attributes: Record<string, string> = {}
    for (const [name, value] of Object.entries(node.attributes)) {
      const known = Object.hasOwn(model.attributes, name) ? model.attributes[name] : undefined
      if (known?.values.test(value)) attributes[name] = value
      else if (!/^xmlns(:|$)/.test(name)) {
        const message = known
          ? `<${node.name}> ${name}="${value}" is no valid value`
          : `<${node.name}> does not take the attribute ${name}`
        warnings.push({ code: known?.code ?? 12200, message })
      }
    }
    if (node.name === 'Say') warnings.push(...sayWarnings(node))
    return {
      name: node.name,
      attributes,
      children: node.children.flatMap((child): (TwimlElement | string)[] => {
        if (typeof child === 'string') return [child]
        if (model.children?.includes(child.name)) return [clean(child)]
        warnings.push({
          code: node.name === 'Gather' ? 13320 : 12200,
          message: `<${child.name}> may not stand in <${node.name}>`,
        })
        return []
      }),
    }
  }

  return { root: clean(root), warnings }
}
