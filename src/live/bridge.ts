import { createHash } from 'node:crypto'
import type { Flows } from '../calls/ports.ts'
import type { Database } from '../db/database.ts'
import { createOperatorStore } from '../db/operators.ts'
import { createWaitReports } from '../db/queue-waits.ts'
import { createTalkStore } from '../db/talks.ts'
import { failpoint } from '../failpoint.ts'
import type { Logger } from '../logging.ts'
import type { ConsoleActions } from '../operators/console-actions.ts'
import { type BridgePorts, ringOperator } from '../queues/bridge.ts'
import type { CallPace } from '../queues/call-pace.ts'
import type { CarrierPort } from '../queues/carrier.ts'
import { queueWaits } from '../queues/end-wait.ts'
import type { Estimates } from '../queues/estimates.ts'
import { operatorActions } from '../queues/operator-actions.ts'
import type { Claimed } from '../queues/ports.ts'
import type { QueueWaits } from '../queues/wait-end.ts'
import { holdMusic } from '../twilio/hold-music.ts'
import type { LiveQueues } from './queues.ts'

/** The way of callers to operators, on this node. */
export type LiveBridge = {
  readonly ports: BridgePorts & { readonly estimates: Estimates }
  /** The queues as calls see them. */
  readonly waits: QueueWaits
  readonly ring: (reservation: Claimed) => Promise<void>
  /** What operators do with calls. */
  readonly actions: ConsoleActions
}

/** For a queue that the flows no longer have. */
const usual = { ringSeconds: 20, wrapUpSeconds: 30 } as const

export const openBridge = (
  database: Database,
  queues: LiveQueues,
  carrier: CarrierPort,
  flows: Pick<Flows, 'current'>,
  logger: Logger,
  pace: Pick<CallPace, 'begun'>,
): LiveBridge => {
  const queueOf = (name: string) => flows.current().queues.get(name) ?? usual
  const ports = {
    places: queues.places,
    claims: queues.claims,
    estimates: queues.estimates,
    hints: queues.hints,
    carrier,
    reports: createWaitReports(database),
    talks: createTalkStore(database),
    wrapUpSeconds: (queue: string) => queueOf(queue).wrapUpSeconds,
    ringSeconds: (queue: string) => queueOf(queue).ringSeconds,
    callerId: ({ dialled }: Claimed) => lineOr(flows, dialled),
    failpoint,
    onFault: (what: string, err: unknown) => logger.error({ event: 'bridge-failed', what, err }),
  }
  const operators = createOperatorStore(database)
  const actions = operatorActions({
    ...ports,
    // The leg of a supervisor does not wait its turn, but is one of the calls that are begun.
    carrier: {
      ...carrier,
      dial: async (order) => {
        await pace.begun(1)
        return carrier.dial(order)
      },
    },
    skillsOf: (queue) => flows.current().queues.get(queue)?.skills ?? null,
    contactOf: async (login) => {
      const operator = await operators.find(login)
      return operator === null || operator.isDisabled ? null : operator.contact
    },
    anyNumber: () => anyNumber(flows),
  })
  const ring = (reservation: Claimed) => ringOperator(ports, reservation)
  return { ports, waits: queueWaits(ports), ring, actions }
}

/** Operators see the line that was dialled; only such a number may be shown. */
const lineOr = (flows: Pick<Flows, 'current'>, dialled: string | null): string =>
  dialled !== null && flows.current().lines.has(dialled) ? dialled : anyNumber(flows)

const anyNumber = (flows: Pick<Flows, 'current'>): string => {
  const [first = ''] = flows.current().lines.keys()
  return first
}

/** The music that callers wait by where the flow folder has none of its own, with its content hash. */
export const builtInMusic = (): { readonly hash: string; readonly bytes: Uint8Array } => {
  const bytes = holdMusic()
  return { hash: createHash('sha256').update(bytes).digest('hex'), bytes }
}
