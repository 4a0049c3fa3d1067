import type { Catalogue, Prompt } from './catalogue.ts'

const keyForm = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/

/**
 * Reads the prompts of one language as `prompts/LANG.yaml` gives them: key → text, or key →
 * `{ text, audio? }`. Texts are trimmed and their white space, which the file may wrap, is made single.
 * All faults are given together, each beginning with language and key.
 *
 * @param value what the YAML file holds; an empty file (null) is an empty catalogue
 */
export const parseCatalogue = (
  value: unknown,
  language: string,
): { readonly catalogue: Catalogue } | { readonly faults: readonly string[] } => {
  const entries = value === null || value === undefined ? {} : value
  if (!isMap(entries)) return { faults: [`${language}: not a map of prompts`] }
  const faults: string[] = []
  const catalogue = new Map<string, Prompt>()
  for (const [key, entry] of Object.entries(entries)) {
    const read = keyForm.test(key)
      ? parsePrompt(entry)
      : 'key has other than small letters, digits, single dots and hyphens'
    if (typeof read === 'string') faults.push(`${language} ${key}: ${read}`)
    else catalogue.set(key, read)
  }
  return faults.length > 0 ? { faults } : { catalogue }
}

/** The prompt, or what is wrong with it. */
const parsePrompt = (entry: unknown): Prompt | string => {
  const fields = typeof entry === 'string' ? { text: entry } : entry
  if (!isMap(fields)) return 'neither text nor { text, audio }'
  const unknown = Object.keys(fields).find((key) => key !== 'text' && key !== 'audio')
  if (unknown !== undefined) return `unknown ${unknown}; known are text, audio`
  const { text, audio } = fields
  if (typeof text !== 'string' || text.trim() === '') return 'no text'
  const said = text.trim().replace(/\s+/g, ' ')
  if (audio === undefined) return Object.freeze({ text: said })
  if (typeof audio !== 'string' || !isInsideFolder(audio))
    return 'audio is not a path inside the flow folder'
  return Object.freeze({ text: said, audio })
}

const isInsideFolder = (path: string): boolean =>
  /^[\w.-]+(?:\/[\w.-]+)*$/.test(path) && !path.split('/').some((part) => /^\.+$/.test(part))

const isMap = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
