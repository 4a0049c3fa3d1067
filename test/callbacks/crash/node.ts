import Fastify from 'fastify'
import type { DialPorts } from '../../../src/callbacks/dial.ts'
import { createDialStore } from '../../../src/db/callback-dialling.ts'
import { openDatabase } from '../../../src/db/database.ts'
import { failpoint } from '../../../src/failpoint.ts'
import { dialCallbacks, resolveCallbacks } from '../../../src/jobs/dial-callbacks.ts'
import { alwaysOpen } from '../../../src/schedules/schedule.ts'
import { restCarrier } from '../../../src/twilio/rest.ts'
import { fastDatabaseNow } from './clock.ts'
import { legRoutes } from './leg-routes.ts'

/**
 * A node of the server with callbacks and nothing else, to be killed: database, jobs, the carrier's REST
 * interface and the webhooks of dialled legs. A person who presses 1 talks to an operator at once.
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
}

const order = JSON.parse(process.env['NODE_ORDER'] ?? '{}') as NodeOrder
const { factor } = order
const database = openDatabase(order.databaseUrl, { max: 4, turnsMax: 1 })
const now = () => fastDatabaseNow(order)
const store = createDialStore(database.kysely, { now, failpoint })
const ports: DialPorts = {
  store,
  carrier: restCarrier({
    accountSid: order.accountSid,
    authToken: order.authToken,
    apiUrl: () => order.carrierUrl,
    publicUrl: () => order.publicUrl,
  }),
  callerId: () => order.line,
  elapsed: () => performance.now() * factor,
  failpoint,
}

const app = Fastify()
await legRoutes(app, database, ports, now)
await app.listen({ host: '127.0.0.1', port: 0 })

const hours = alwaysOpen('Europe/Moscow')
const jobs = [
  dialCallbacks(ports, () => hours, { swept: () => {} }),
  resolveCallbacks(ports, { resolved: () => {} }),
]
const address = app.server.address()
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
for (const { run, everyMs } of jobs) {
  const again = () =>
    void run()
      .catch((fault: Error) => process.stderr.write(`${fault.stack}\n`))
      .finally(() => setTimeout(again, everyMs / factor))
  again()
}
