import { answerCall } from '../../src/calls/answer.ts'
import { hangUpCall } from '../../src/calls/close.ts'
import type { CallPorts, CommittedTurn } from '../../src/calls/commit-turn.ts'
import type { FlowSet } from '../../src/calls/flow-set.ts'
import { liveCalls } from '../../src/calls/live-calls.ts'
import type { CallStore, CommitOutcome, TurnRecord } from '../../src/calls/ports.ts'
import { takeTurn } from '../../src/calls/take-turn.ts'
import { createTracer, type TurnTrace } from '../../src/calls/trace/tracer.ts'
import type { WaitEnd } from '../../src/queues/wait-end.ts'
import type { RecordWait } from '../../src/voicexml/turn.ts'
import { memoryEffects } from './memory-effects.ts'
import { recordedSeconds } from './recorded.ts'
import type { Given, Heard, OpenPhone } from './transcript.ts'

const callSid = 'CA00000000000000000000000000000001'

/** Stores nothing: calls are remembered as long as they are live. */
const storeOf = (givens: readonly Given[]): CallStore => {
  const effects = memoryEffects(givens)
  const commit = async ({ place }: TurnRecord): Promise<CommitOutcome> =>
    place === undefined || (await effects.takePlace(place.wish, place.limit)).kind === 'taken'
      ? 'committed'
      : 'refused'
  return {
    find: async () => null,
    replay: async () => null,
    newPlaceId: () => '00000000-0000-7000-8000-000000000001',
    commit,
    inTransaction: (work) => work({ claim: async () => true, commit, effects }),
    recordStatus: async () => {},
  }
}

/**
 * A telephone on the use cases of calls, without database and carrier. What it is told of its turns is
 * added to `traces`; it hears nothing else.
 */
export const tracedPhone =
  (flowSet: FlowSet, traces: TurnTrace[]): OpenPhone =>
  (transcript) => {
    let wait: CommittedTurn['settled']['wait'] | null = null
    let turn = 0
    let waitEnd: WaitEnd = {
      kind: 'ended',
      status: 'left',
      waitedSeconds: 0,
      operator: null,
      events: [],
    }
    const tracer = createTracer()
    const ports: CallPorts = {
      calls: storeOf(transcript.givens),
      flows: { current: () => flowSet, byVersion: async () => flowSet },
      notices: { current: () => [] },
      clock: { now: () => transcript.at },
      live: liveCalls(1),
      waits: { began: () => {}, end: async () => waitEnd },
      render: () => ({ twiml: '', isShared: false }),
      renderRefusal: () => '',
      onTurn: (committed) => {
        wait = committed.settled.wait
        traces.push(tracer(committed))
      },
    }
    const done = async (work: Promise<unknown>): Promise<Heard> => {
      await work
      return { said: [], marks: [], next: { kind: 'end', how: '' } }
    }
    const nothing = { digits: '', recording: null, transfer: null, queue: null, isOver: false }
    const take = (delivered: Partial<typeof nothing> | object): Promise<Heard> => {
      turn += 1
      return done(takeTurn(ports, { ...nothing, ...delivered, callSid, turn }))
    }
    const endKey = (): string => (wait?.kind === 'input' ? (wait.termChar ?? '') : '')
    return {
      dial: () => {
        const { from, to } = transcript
        return done(answerCall(ports, { callSid, from, to, fromCountry: '' }))
      },
      press: (keys) =>
        take({ digits: endKey() !== '' && keys.endsWith(endKey()) ? keys.slice(0, -1) : keys }),
      silence: () => take({}),
      speak: (spoken, then) => {
        const seconds = recordedSeconds(spoken, then, wait as RecordWait)
        return take({
          recording: { reference: 'RE1', address: 'https://carrier/RE1', seconds, bytes: 44 },
          digits: then === 'hang-up' ? 'hangup' : then === 'silence' ? '' : then,
        })
      },
      transferEnds: (result, seconds) => take({ transfer: { result, seconds } }),
      queueEnds: (status, waitedSeconds) => {
        waitEnd = { ...waitEnd, status, waitedSeconds }
        return take({ queue: 'left' })
      },
      hangUp: () => done(hangUpCall(ports, callSid)),
    }
  }
