import type { Transaction } from 'kysely'
import { type EndedTalk, redialBrokenOff } from '../callbacks/broken-off.ts'
import { cancelCallback } from '../callbacks/cancel-callback.ts'
import type { DialPorts } from '../callbacks/dial.ts'
import { makeDue } from '../callbacks/make-due.ts'
import type { CallbackFigures, CallbackList, StoppedCallback } from '../callbacks/ports.ts'
import { requestCallback } from '../callbacks/request-callback.ts'
import type { CalledBackFor } from '../calls/answer.ts'
import type { Clock, Effects, Flows } from '../calls/ports.ts'
import { createDialStore } from '../db/callback-dialling.ts'
import { calledBack, stopIn } from '../db/callback-ends.ts'
import { readCallbackFigures } from '../db/callback-figures.ts'
import { callbackRequests, calledBackBy, createCallbackList } from '../db/callbacks.ts'
import type { Database } from '../db/database.ts'
import { readEndedTalks } from '../db/ended-talks.ts'
import { placeTransaction } from '../db/places.ts'
import type { DB } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { failpoint } from '../failpoint.ts'
import { dialCallbacks, resolveCallbacks, type SharedPace } from '../jobs/dial-callbacks.ts'
import type { Job } from '../jobs/job.ts'
import { redialBrokenOffJob } from '../jobs/redial-broken-off.ts'
import type { Logger } from '../logging.ts'
import type { CarrierPort } from '../queues/carrier.ts'
import type { Restraint } from '../queues/carrier-rest.ts'
import { alwaysOpen } from '../schedules/schedule.ts'

/** Callbacks of this node. */
export type LiveCallbacks = {
  readonly list: CallbackList
  readonly dial: DialPorts
  /** Whom a leg was dialled for; null: for nobody. */
  readonly legOf: (callSid: string) => Promise<CalledBackFor | null>
  /** Ends a request by order of the staff. */
  readonly stop: (id: string) => Promise<StoppedCallback>
  readonly figures: () => Promise<CallbackFigures>
  readonly jobs: readonly Job[]
}

export const openCallbacks = (
  database: Database,
  flows: Pick<Flows, 'current'>,
  carrier: CarrierPort,
  restraint: Restraint,
  shared: SharedPace,
  logger: Logger,
  clock: Clock,
  endWrapUp: (operator: string) => Promise<unknown>,
): LiveCallbacks => {
  const { kysely } = database
  const lineOf = ({ line, queue }: { readonly line: string | null; readonly queue: string }) => {
    const { lines } = flows.current()
    const known = line === null ? undefined : lines.get(line)
    return (
      known ?? [...lines.values()].find((each) => each.queue === queue) ?? [...lines.values()][0]
    )
  }
  const dial: DialPorts = {
    store: createDialStore(kysely, { failpoint }),
    carrier,
    callerId: (attempt) => lineOf(attempt)?.number ?? '',
    elapsed: () => performance.now(),
    failpoint,
  }
  const hoursOf = (callback: { readonly line: string | null; readonly queue: string }) => {
    const { schedules, timezone } = flows.current()
    return schedules.get(lineOf(callback)?.schedule ?? '') ?? alwaysOpen(timezone)
  }
  /** The same operator is asked first, and need not finish writing up. */
  const redial = async (talk: EndedTalk) => {
    const own = new Set(flows.current().lines.keys())
    const now = clock.now()
    const isOrdered = await inTransaction(kysely, (transaction) =>
      redialBrokenOff(callbackRequests(transaction), talk, own, now),
    )
    if (!isOrdered) return false
    // Due before the operator is free: else whoever came later and is due already would be first.
    await makeDue(dial.store, hoursOf)
    await endWrapUp(talk.operator)
    return true
  }
  return {
    list: createCallbackList(kysely),
    dial,
    legOf: (callSid) => calledBackBy(kysely, callSid),
    stop: (id) => inTransaction(kysely, (transaction) => stopIn(transaction, id)),
    figures: () => readCallbackFigures(kysely),
    jobs: [
      redialBrokenOffJob(
        () => readEndedTalks(kysely),
        (talk) => redial(talk),
        ({ callSid }) => logger.info({ event: 'broken-off-call-back', callSid }),
      ),
      dialCallbacks(
        dial,
        hoursOf,
        restraint,
        { swept: (swept) => logger.info({ event: 'callbacks-swept', ...swept }) },
        shared,
      ),
      resolveCallbacks(dial, {
        resolved: (resolved) => logger.warn({ event: 'callbacks-in-doubt', ...resolved }),
      }),
    ],
  }
}

/** What flows do to callbacks, on the transaction of a turn. */
export const callbackEffects =
  (flows: Pick<Flows, 'current'>) =>
  (
    transaction: Transaction<DB>,
  ): Pick<
    Effects,
    'requestCallback' | 'openCallback' | 'cancelCallback' | 'answerCallback' | 'takePlace'
  > => ({
    requestCallback: (wish) =>
      requestCallback(callbackRequests(transaction), wish, new Set(flows.current().lines.keys())),
    openCallback: (phone) => callbackRequests(transaction).findOpen(phone),
    cancelCallback: (phone) => cancelCallback(callbackRequests(transaction), phone),
    // Whoever was called back and asks for a person, by whatever way, goes on in the place of the callback.
    takePlace: (wish, limit) =>
      placeTransaction(transaction).take(wish, limit, () =>
        calledBack(transaction).confirm(wish.callSid),
      ),
    answerCallback: (callSid, wish) => {
      const answers = calledBack(transaction)
      return wish === 'never' ? answers.decline(callSid) : answers.confirm(callSid)
    },
  })
