import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logging.ts'
import { startServer } from '../../src/server.ts'
import type { Carrier } from '../../src/simulator/carrier.ts'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { signedWebhook } from '../../src/simulator/signature.ts'
import { testDatabase } from '../support/database.ts'
import { fillDatabase } from '../support/given-rows.ts'
import { flowFolder, readShippedFlows, transcriptFiles } from '../support/shipped-flows.ts'
import { audible, parseTranscript, perform } from '../support/transcript.ts'
import { wordsIn } from '../support/twiml-ear.ts'
import { callSidOf, type Deliver, wirePhone } from '../support/wire-phone.ts'

/**
 * Golden conversations as signed webhooks on a database, each webhook delivered twice: the second time the
 * same bytes come back. Those that prescribe answers of the platform are left to the pure turns.
 */
const adminToken = 'administrator-of-golden-conversations'
const database = await testDatabase(t)
let now = Temporal.Now.instant()
let authToken = ''

const read = readConfig({
  PORT: '0',
  DATABASE_URL: database.url,
  FLOWS_DIR: flowFolder,
  ADMIN_TOKEN: adminToken,
  LOG_LEVEL: 'silent',
})
if ('faults' in read) throw new Error(read.faults.join('\n'))
const started = await startServer(read.config, createLogger('silent'), {
  clock: { now: () => now },
  carrier: (account): Carrier => {
    authToken = account.authToken
    return createCarrier(account)
  },
})
if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
const { server } = started
t.teardown(server.close)

const deliver: Deliver = async (path, parameters) => {
  const { headers, body } = signedWebhook({ authToken, url: server.publicUrl + path, parameters })
  const post = () => server.app.inject({ method: 'POST', url: path, headers, payload: body })
  const first = await post()
  const again = await post()
  if (again.statusCode !== first.statusCode || again.body !== first.body)
    throw new Error(`${path} answers differently the second time:\n${first.body}\n${again.body}`)
  return first.body
}

const { flowSet } = await readShippedFlows()
const open = wirePhone(deliver, wordsIn(flowSet.audio))

const onWireSubjects = new Set(['case', 'callback', 'operators'])

const onWire = transcriptFiles()
  .map(({ name, text }) => ({ name, text, transcript: parseTranscript(text) }))
  // An operator who talks is more than a carrier's webhooks.
  .filter(({ text }) => !text.includes('queue ends bridged'))
  .filter(({ transcript }) => transcript.givens.every(({ subject }) => onWireSubjects.has(subject)))

for (const { name, text, transcript } of onWire) {
  t.test(`${transcript.title} (${name})`, async (t) => {
    now = transcript.at
    await fillDatabase(database, transcript)
    t.equal(audible(await perform(transcript, open)), audible(text))
    const { outcome, topic } = await loggedCall(callSidOf(transcript))
    t.equal(outcome, lastMark(text, 'outcome') ?? unmarkedOutcome(text))
    t.equal(topic, lastMark(text, 'topic'))
  })
}

const loggedCall = async (callSid: string): Promise<{ outcome: string; topic: string | null }> => {
  const answer = await server.app.inject({
    url: `/api/calls/${callSid}`,
    headers: { authorization: `Bearer ${adminToken}` },
  })
  const body: unknown = answer.json()
  const { call = body } = body as { call?: unknown }
  return call as { outcome: string; topic: string | null }
}

const lastMark = (text: string, label: string): string | null =>
  text.match(new RegExp(`(?<=^ {2}log ${label} ).*$`, 'gm'))?.at(-1) ?? null

const unmarkedOutcome = (text: string): string => {
  if (text.includes('  waits in the queue')) return 'abandoned-in-queue'
  return text.includes('  ends hangup') ? 'abandoned-in-menu' : 'self-served'
}
