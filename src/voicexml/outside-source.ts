import { accessOf } from './data-access.ts'
import { parseScript } from './expressions/program.ts'
import type { Pin } from './fetch-request.ts'
import type { OutsideSource } from './flow.ts'
import { readXml } from './read-xml.ts'
import { readData } from './xml-data.ts'

const unusable = (message: string, event = 'error.badfetch'): OutsideSource => ({
  kind: 'unusable',
  event,
  message,
})

/** What a text from outside is, when it is not a document. */
export const sourceFrom = (pin: Pin, text: string): OutsideSource => {
  switch (pin.purpose) {
    case 'script':
      return scriptFrom(`${pin.hash} ${pin.url}`, text)
    case 'grammar':
      return grammarFrom(pin.url, text)
    default:
      return dataFrom(text)
  }
}

/** A script that cannot be parsed is a fault of the script, as it is in a document. */
const scriptFrom = (id: string, text: string): OutsideSource => {
  const parsed = parseScript(text.replace(/^\uFEFF/, ''), id)
  if ('fault' in parsed) return unusable(parsed.fault.message, 'error.semantic')
  const { program } = parsed
  return { kind: 'script', program, programs: new Map([[id, program]]) }
}

const grammarFrom = (url: string, text: string): OutsideSource => {
  const read = readXml(text, url)
  if ('root' in read) return { kind: 'grammar', xml: read.root }
  // A grammar in another form, such as ABNF, which begins so.
  if (/^\uFEFF?\s*#ABNF/.test(text)) return unusable('ABNF grammars', 'error.unsupported.format')
  const [finding] = read.findings
  return unusable(finding?.message ?? 'no XML')
}

/** XML data, from a web server or a file of the flow folder. */
export const dataFrom = (text: string): OutsideSource => {
  const read = readData(text)
  if ('fault' in read) return unusable(read.fault)
  const { nodes } = read.tree
  const instructions = (nodes[0]?.children ?? []).flatMap((index) => {
    const node = nodes[index]
    return node?.type === 7 && node.name === 'access-control' ? [node.value ?? ''] : []
  })
  return { kind: 'data', tree: read.tree, access: accessOf(instructions) }
}
