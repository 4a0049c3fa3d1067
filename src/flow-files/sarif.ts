import type { Finding } from '../voicexml/element.ts'

/** What `docs/findings.md` says about a code. */
export type Rule = { readonly severity: 'error' | 'warning'; readonly help: string }

/** The rows of the tables in `docs/findings.md`. */
export const rulesIn = (documentation: string): ReadonlyMap<string, Rule> =>
  new Map(
    [...documentation.matchAll(/^\| `([a-z\d-]+)` \| (error|warning) \| (.+) \|$/gm)].map(
      ([, code = '', severity, help = '']) => [
        code,
        { severity: severity === 'error' ? 'error' : 'warning', help },
      ],
    ),
  )

/**
 * Findings as a SARIF 2.1.0 log of one run. Addresses of files are relative to `base`, the folder as it is
 * seen from where the checker was called.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export const sarifLog = (
  findings: readonly Finding[],
  rules: ReadonlyMap<string, Rule>,
  base: string,
): unknown => {
  const codes = [...new Set(findings.map(({ code }) => code))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'flows:check',
            rules: codes.map((code) => {
              const rule = rules.get(code)
              return {
                id: code,
                shortDescription: { text: rule === undefined ? code : firstSentence(rule.help) },
                help: { text: plain(rule?.help ?? code), markdown: rule?.help ?? code },
                defaultConfiguration: { level: rule?.severity ?? 'error' },
              }
            }),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ file, place, severity, code, message }) => ({
          ruleId: code,
          ruleIndex: codes.indexOf(code),
          level: severity,
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: addressOf(base, file) },
                region: { startLine: place.line, startColumn: place.column },
              },
            },
          ],
        })),
      },
    ],
  }
}

const plain = (markdown: string): string => markdown.replace(/`/g, '')

const firstSentence = (help: string): string => /^.*?[.:](?=\s|$)/.exec(plain(help))?.[0] ?? help

/** A relative reference of RFC 3986; an absolute folder gives one of the scheme `file`. */
const addressOf = (base: string, file: string): string => {
  // Of a folder that cannot be listed the finding names the folder itself.
  if (file === base) return addressOf('.', file)
  const folder = base.replace(/\/+$/, '').replace(/^\.\//, '')
  const path = folder === '' || folder === '.' ? file : `${folder}/${file}`
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  return encoded.startsWith('/') ? `file://${encoded}` : encoded
}
