import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import type { DialPorts } from '../../../src/callbacks/dial.ts'
import { createDialStore } from '../../../src/db/callback-dialling.ts'
import { createClaims } from '../../../src/db/claims.ts'
import { openDatabase } from '../../../src/db/database.ts'
import { createPlaceStore } from '../../../src/db/places.ts'
import { createWaitReports } from '../../../src/db/queue-waits.ts'
import { createTalkStore } from '../../../src/db/talks.ts'
import { failpoint } from '../../../src/failpoint.ts'
import { dialCallbacks, resolveCallbacks } from '../../../src/jobs/dial-callbacks.ts'
import { type BridgePorts, ringOperator, sweepTalks } from '../../../src/queues/bridge.ts'
import { carrierRest, restrained } from '../../../src/queues/carrier-rest.ts'
import { createHints } from '../../../src/queues/hints.ts'
import { cutOnce, routeOnce } from '../../../src/queues/route.ts'
import { alwaysOpen } from '../../../src/schedules/schedule.ts'
import { restCarrier } from '../../../src/twilio/rest.ts'
import { fastDatabaseNow } from '../../support/fast-clock.ts'
import { nodeRoutes } from './routes.ts'

/**
 * A node of the server with queues and callbacks and nothing else, quick to start, to be killed: database,
 * routing, jobs, the carrier's REST interface and its webhooks.
 */
export type NodeOrder = {
  readonly databaseUrl: string
  readonly carrierUrl: string
  readonly publicUrl: string
  readonly accountSid: string
  readonly authToken: string
  readonly line: string
  readonly base: number
  readonly factor: number
  /** Does more than answering webhooks. */
  readonly works: boolean
}

const order = JSON.parse(process.env['NODE_ORDER'] ?? '{}') as NodeOrder
const { factor } = order
const complain = (fault: unknown) =>
  void process.stderr.write(`${fault instanceof Error ? fault.stack : fault}\n`)
const later = (milliseconds: number, work: () => void) => {
  const timer = setTimeout(work, milliseconds)
  return () => clearTimeout(timer)
}
const database = openDatabase(order.databaseUrl, { max: 6, turnsMax: 1 })
const now = () => fastDatabaseNow(order)
const elapsed = () => performance.now() * factor
const rest = restCarrier({
  accountSid: order.accountSid,
  authToken: order.authToken,
  apiUrl: () => order.carrierUrl,
  publicUrl: () => order.publicUrl,
})
const resting = carrierRest({
  isThere: rest.isThere,
  elapsed,
  now: () => Temporal.Now.instant(),
})
const carrier = restrained(rest, resting)
const { restraint } = resting
const dial: DialPorts = {
  store: createDialStore(database.kysely, { now, failpoint }),
  carrier,
  callerId: () => order.line,
  elapsed,
  failpoint,
}
const ringSeconds = () => 20
const bridge: BridgePorts = {
  places: createPlaceStore(database),
  claims: createClaims(database, { ringSeconds }),
  carrier,
  reports: createWaitReports(database),
  talks: createTalkStore(database),
  hints: createHints(randomUUID(), () => {}, later),
  wrapUpSeconds: () => 0,
  ringSeconds,
  callerId: () => order.line,
  failpoint,
  onFault: (_what, cause) => complain(cause),
}

const app = Fastify()
nodeRoutes(app, { database, dial, bridge, now })
await app.listen({ host: '127.0.0.1', port: 0 })

const hours = alwaysOpen('Europe/Moscow')
const routing = {
  claims: bridge.claims,
  carrier,
  restraint,
  ring: (reservation: Parameters<typeof ringOperator>[1]) => ringOperator(bridge, reservation),
  onFault: (_what: string, cause: unknown) => complain(cause),
}
const jobs = [
  dialCallbacks(dial, () => hours, restraint, { swept: () => {} }),
  resolveCallbacks(dial, { resolved: () => {} }),
  { run: () => routeOnce(routing), everyMs: 1000 },
  { run: () => cutOnce(routing), everyMs: 1000 },
  { run: () => sweepTalks(bridge), everyMs: 10_000 },
]
const address = app.server.address()
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
for (const { run, everyMs } of order.works ? jobs : []) {
  const again = () =>
    void Promise.resolve(run())
      .catch(complain)
      .finally(() => setTimeout(again, everyMs / factor))
  again()
}
