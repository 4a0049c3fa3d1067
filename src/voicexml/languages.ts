import { piecesOf } from '../numbers/spoken/spoken.ts'
import { voicedLanguages } from '../prompts/voiced-languages.ts'
import type { Run } from './flow.ts'
import type { PromptSegment } from './prompt-queue.ts'
import { raise } from './run.ts'

const voiced: ReadonlySet<string> = new Set(voicedLanguages)

/**
 * Speech in a language that no voice reads, that is not put together from recordings and that the flow folder has
 * no prompts in is `error.unsupported.language` (VoiceXML 2.0 section 5.2.6). That of the call is always taken.
 */
export const requireSpoken = (run: Run, segments: readonly PromptSegment[]): void => {
  for (const segment of segments) {
    if (segment.kind !== 'speech' || segment.language === run.language) continue
    const { language } = segment
    const primary = language.split('-', 1)[0]?.toLowerCase() ?? ''
    const isKnown =
      voiced.has(primary) || run.sources.catalogues.has(language) || piecesOf(language) !== null
    if (!isKnown) raise('error.unsupported.language', `nothing can be said in ${language}`)
  }
}
