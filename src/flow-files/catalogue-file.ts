import { piecesOf } from '../numbers/spoken/spoken.ts'
import type { Catalogue, Prompt } from '../prompts/catalogue.ts'
import { parseCatalogue } from '../prompts/parse-catalogue.ts'
import { promptRecording } from '../prompts/recordings.ts'
import type { Finding, Place } from '../voicexml/element.ts'
import { readYaml } from './yaml-source.ts'

/** One `prompts/LANG.yaml` with the places of its keys; prompts with faults are left out. */
export type CatalogueFile = {
  readonly language: string
  /** Null when the file is no YAML mapping at all. */
  readonly catalogue: Catalogue | null
  readonly places: ReadonlyMap<string, Place>
  readonly findings: readonly Finding[]
}

/** The language a path is the catalogue of; null for other files. */
export const catalogueLanguage = (path: string): string | null =>
  /^prompts\/([^/]+)\.yaml$/.exec(path)?.[1] ?? null

/**
 * Reads a catalogue. In a language that no voice speaks every prompt has a recording, under the name that
 * `prompts:record` gives it unless the catalogue names another.
 */
export const parseCatalogueFile = (
  source: string,
  path: string,
  language: string,
): CatalogueFile => {
  const { root, findings } = readYaml(source, path)
  const members = root?.members() ?? null
  const prompts = new Map<string, Prompt>()
  const places = new Map<string, Place>()
  const recorded = piecesOf(language) !== null
  for (const [key, node] of members ?? []) {
    places.set(key, node.place)
    // One by one, so that each fault has its line and spoils no other prompt.
    const parsed = parseCatalogue({ [key]: node.value() }, language)
    if ('faults' in parsed) for (const fault of parsed.faults) node.report('bad-prompt', fault)
    else
      for (const [name, prompt] of parsed.catalogue)
        prompts.set(name, recorded ? { audio: promptRecording(language, name), ...prompt } : prompt)
  }
  return { language, catalogue: members === null ? null : prompts, places, findings }
}
