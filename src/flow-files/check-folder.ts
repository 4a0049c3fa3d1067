import type { Finding } from '../voicexml/element.ts'
import { buildFlowSet } from './build-flow-set.ts'
import { contentHash } from './content-hash.ts'
import { fileFinding } from './file-codes.ts'
import { readFlowFolder } from './read-flow-folder.ts'

/** `file:line:column severity code message` on one line, whatever a file is called. */
export const formatFinding = ({ file, place, severity, code, message }: Finding): string =>
  `${file}:${place.line}:${place.column} ${severity} ${code} ${message}`.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )

/** Whether nothing is wrong with a flow folder: no errors, and when `strict` no warnings either. */
export const isSound = (findings: readonly Finding[], strict: boolean): boolean =>
  strict ? findings.length === 0 : findings.every(({ severity }) => severity !== 'error')

/**
 * Proves a flow folder: a line for each finding, then a line with the numbers of errors and warnings.
 * `sound` as `isSound` tells. Never rejects: a folder that cannot be listed is a finding.
 */
export const checkFolder = async (
  directory: string,
  strict = false,
): Promise<{ readonly lines: readonly string[]; readonly sound: boolean }> => {
  const { findings, subject } = await proveFolder(directory)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  return {
    lines: [
      ...findings.map(formatFinding),
      `${subject}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`,
    ],
    sound: isSound(findings, strict),
  }
}

/** The findings of a folder, and of how much: `9 lines, 19 documents`. Never rejects. */
export const proveFolder = async (
  directory: string,
): Promise<{ readonly findings: readonly Finding[]; readonly subject: string }> => {
  try {
    const files = await readFlowFolder(directory)
    const { flowSet, findings } = buildFlowSet(files, contentHash)
    const documents = [...files.texts.keys()].filter((path) => path.endsWith('.vxml')).length
    const subject = `${count(flowSet.lines.size, 'line')}, ${count(documents, 'document')}`
    return { findings, subject }
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    const message = `the folder cannot be listed (${String(cause.code)})`
    return {
      findings: [fileFinding(directory, 'unreadable-file', message)],
      subject: 'nothing read',
    }
  }
}

const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`
