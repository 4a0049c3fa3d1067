import type { Finding } from '../voicexml/element.ts'

/** Codes of findings about files as such, catalogues and `lines.yaml`; explained in `docs/findings.md`. */
export const fileCodes = [
  'bad-audio',
  'bad-number',
  'bad-prompt',
  'bad-schedule',
  'duplicate-number',
  'file-too-large',
  'folder-too-large',
  'link-outside',
  'missing-key',
  'no-catalogue',
  'no-lines',
  'not-utf-8',
  'unknown-flow',
  'unknown-key',
  'unknown-language',
  'unknown-queue',
  'unknown-schedule',
  'unknown-timezone',
  'unreadable-file',
  'wrong-value',
  'yaml-syntax',
] as const

export type FileCode = (typeof fileCodes)[number]

/** An error about a file as a whole. */
export const fileFinding = (file: string, code: FileCode, message: string): Finding => ({
  file,
  place: { line: 1, column: 1 },
  severity: 'error',
  code,
  message,
})
