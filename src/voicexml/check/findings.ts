import type { Finding, Place } from '../element.ts'

/** Every code the checker can report with its severity; what each means stands in `docs/findings.md`. */
export const severities = {
  'unknown-element': 'error',
  'misplaced-element': 'error',
  'misplaced-text': 'error',
  'unsupported-element': 'warning',
  'unknown-attribute': 'error',
  'missing-attribute': 'error',
  'attribute-conflict': 'error',
  'attribute-value': 'error',
  'duplicate-name': 'error',
  'missing-content': 'error',
  'dead-target': 'error',
  'dead-item': 'error',
  'bad-root-document': 'error',
  'unreachable-document': 'warning',
  'unreachable-dialog': 'warning',
  'missing-prompt': 'error',
  'unused-prompt': 'warning',
  'missing-audio': 'error',
  'missing-recording': 'error',
  'missing-piece': 'error',
  'unrecorded-speech': 'error',
  'stale-recording': 'warning',
  'long-prompt': 'error',
  'late-choice': 'warning',
  'bad-expression': 'error',
  'undeclared-name': 'error',
  'bad-grammar': 'error',
  'key-clash': 'error',
  'key-shadows-link': 'warning',
  'mixed-length-keys': 'warning',
  'no-keys': 'warning',
  'unhandled-noinput': 'warning',
  'unhandled-nomatch': 'warning',
  'endless-noinput': 'warning',
  'endless-nomatch': 'warning',
  'uncaught-event': 'warning',
  'unknown-classid': 'error',
  'unknown-param': 'error',
  'unknown-queue': 'error',
  'unknown-schedule': 'error',
  'endless-loop': 'error',
  'possible-loop': 'warning',
  'silent-loop': 'error',
  'silent-end': 'warning',
  'runs-out': 'warning',
  'dead-end': 'warning',
  'no-way-out': 'warning',
  'stray-return': 'error',
  'no-return': 'warning',
  'subdialog-recursion': 'error',
  'unreachable-item': 'warning',
  'unreachable-content': 'warning',
  'unused-handler': 'warning',
  'constant-condition': 'warning',
  'modal-hides-links': 'warning',
  'late-keys': 'warning',
  'unproved-target': 'warning',
  'unproved-dialog': 'warning',
} as const satisfies Record<string, Finding['severity']>

export type Code = keyof typeof severities

/** Collects what is wrong with one file. */
export type Report = (place: Place, code: Code, message: string) => void

export const reportInto =
  (findings: Finding[], file: string): Report =>
  (place, code, message) => {
    findings.push({ file, place, severity: severities[code], code, message })
  }

/** Order of reading: file, line, column, code. */
export const inOrder = (findings: Iterable<Finding>): Finding[] =>
  [...findings].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column ||
      compare(a.code, b.code),
  )

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
