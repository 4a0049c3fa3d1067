import { randomBytes } from 'node:crypto'
import type { CarrierPort } from '../queues/carrier.ts'
import type { Attempt, DialStore } from './dialling.ts'
import { ringSecondsOf } from './next-attempt.ts'

export type DialPorts = {
  readonly store: DialStore
  readonly carrier: Pick<CarrierPort, 'dial' | 'hangUp' | 'findCalls'>
  /** Number of ours that the person sees: of the line, else of one that has the queue. */
  readonly callerId: (attempt: Pick<Attempt, 'line' | 'queue'>) => string
  /** Monotonic milliseconds; goes on while the process is frozen. */
  readonly elapsed: () => number
  readonly failpoint: (name: string) => Promise<void>
}

/** What the carrier begins for an account that has not asked for more; more would wait in its line for up to a day. */
const usualPaceMs = 1_000

/** Whoever has begun an attempt posts it within this time, or somebody else looks for it. */
const leaseMs = 10_000

/** The last moment of the lease is left alone: a request takes a while to leave. */
const safetyMs = 2_000

/** Where the leg of an attempt asks what to say, and where it tells how it goes. */
export const legPath = (token: string): string => `/voice/callback/${token}`
export const legStatusPath = (token: string): string => `/voice/callback/${token}/status`

export type Dialled =
  | 'nothing'
  | 'placed'
  | 'uncertain'
  /** The carrier does not take orders now: better not to ask again at once. */
  | 'refused-for-now'
  | 'refused'
  | 'lease-over'
  | 'double'

/**
 * Begins the next attempt that is due: claimed and committed before the order goes out, posted once and
 * never repeated. Whatever is not certain after it is found out by `resolveDoubts`, by evidence alone.
 */
export const dialNext = async (ports: DialPorts, paceMs = usualPaceMs): Promise<Dialled> => {
  const { store, carrier, failpoint } = ports
  const begun = ports.elapsed()
  const attempt = await store.claim(randomBytes(16).toString('hex'), paceMs, leaseMs)
  if (attempt === null) return 'nothing'
  const { token } = attempt
  await failpoint('callback.claimed')
  if (!(await store.mayPost(token))) return 'lease-over'
  await failpoint('callback.checked')
  // Between this and the order nothing is waited for: a process that was frozen notices here.
  if (ports.elapsed() - begun > leaseMs - safetyMs) return 'lease-over'
  const dialled = await carrier.dial({
    to: attempt.phone,
    from: ports.callerId(attempt),
    path: legPath(token),
    statusPath: legStatusPath(token),
    ringSeconds: ringSecondsOf(attempt.reason),
    detectMachine: true,
  })
  await failpoint('callback.posted')
  if (dialled.kind === 'uncertain') {
    await store.doubt(token)
    await failpoint('callback.doubted')
    return 'uncertain'
  }
  if (dialled.kind === 'refused') {
    await store.refuse(token, !dialled.isTemporary)
    return dialled.isTemporary ? 'refused-for-now' : 'refused'
  }
  const placed = await store.place(token, dialled.legSid)
  await failpoint('callback.placed')
  if (placed === 'placed') return 'placed'
  await cutStray(ports, dialled.legSid, placed)
  return placed === 'double' ? 'double' : 'lease-over'
}

/** A leg that must not be: another of the same attempt, or one of a request that has ended. */
export const cutStray = async (
  { store, carrier }: Pick<DialPorts, 'store' | 'carrier'>,
  legSid: string,
  kind: 'double' | 'over',
): Promise<void> => {
  await store.count(kind === 'double' ? 'double-dials' : 'late-legs')
  await carrier.hangUp(legSid)
}
