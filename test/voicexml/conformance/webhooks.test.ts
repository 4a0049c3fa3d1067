import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { spokenText } from '../../../src/simulator/spoken-text.ts'
import { parseTwiml, type TwimlElement } from '../../../src/simulator/twiml.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'
import type { Case } from '../support/case.ts'
import { families } from './cases/families.ts'

/*
 * The same conversations as a carrier has them: signed webhooks to the whole server, every one delivered
 * twice, at once or one after the other, on a folder with nothing in it but documents and what
 * `lines.yaml` must say of each.
 */

const cases = Object.values(families).flatMap((family) => Object.entries(family))

const numberOf = (index: number): string => `+7800500${String(index).padStart(4, '0')}`

/** All cases in one folder of flows, each in a folder of its own and on a line of its own. */
const makeFlows = async (): Promise<string> => {
  const flows = await mkdtemp(join(tmpdir(), 'hotline-conformance-'))
  const files: (readonly [path: string, text: string])[] = cases.flatMap(([, { files }], index) =>
    Object.entries(typeof files === 'string' ? { 'main.vxml': files } : files).map(
      ([path, text]) => [`${index}/${path}`, text] as const,
    ),
  )
  const lines = cases.map(
    (_, index) =>
      `- { number: "${numberOf(index)}", languages: [en-US], flow: ${index}/main.vxml }`,
  )
  files.push(['lines.yaml', `lines:\n${lines.map((line) => `  ${line}\n`).join('')}`])
  for (const [path, text] of files) {
    await mkdir(dirname(join(flows, path)), { recursive: true })
    await writeFile(join(flows, path), text)
  }
  return flows
}

const said = (node: TwimlElement | string): readonly string[] => {
  if (typeof node === 'string') return []
  return node.name === 'Say' ? [spokenText(node).text] : node.children.flatMap(said)
}

const converse = async (
  t: { fail(message: string): unknown },
  server: TestServer,
  index: number,
  keys: readonly string[],
): Promise<string> => {
  const caller = webhookCaller(server, numberOf(index))
  const twice = async (deliver: () => ReturnType<typeof caller.dial>) => {
    const together = index % 2 === 0
    const [first, second] = together
      ? await Promise.all([deliver(), deliver()])
      : [await deliver(), await deliver()]
    if (first.status !== 200 || first.body !== second.body) t.fail(`not the same twice: ${index}`)
    return first.body
  }
  let twiml = await twice(() => caller.dial())
  for (const [turn, digits] of keys.entries()) {
    twiml = await twice(() => caller.press(turn + 1, digits))
  }
  const read = parseTwiml(twiml)
  if (read.kind === 'fault') throw new Error(twiml)
  const goesOn = read.root.children.some(
    (each) => typeof each === 'object' && each.name === 'Gather',
  )
  return `${said(read.root).join(' ')}${goesOn ? '…' : ''}`
}

/** A call that failed has an apology after all that the document said. */
const isHeard = (heard: string, { said = 'pass' }: Case): boolean =>
  heard === said || (!said.endsWith('…') && heard.startsWith(`${said} Sorry`))

t.test('through signed webhooks, each delivered twice, all is heard as it should be', async (t) => {
  const flowsDir = await makeFlows()
  t.teardown(() => rm(flowsDir, { recursive: true }))
  const server = await startTestServer(t, { flowsDir, env: { FLOWS_CHECK: 'off' } })
  for (const [index, [title, each]] of cases.entries()) {
    const heard = await converse(t, server, index, each.keys ?? [])
    t.ok(isHeard(heard, each), title, { heard, wanted: each.said ?? 'pass' })
  }
})
