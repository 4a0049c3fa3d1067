import { sessionVariables } from '../calls/answer.ts'
import type { CallPorts } from '../calls/commit-turn.ts'
import { type FlowSet, type Line, type Queue, settingAt } from '../calls/flow-set.ts'
import { findCall, type LiveCall } from '../calls/live-call.ts'
import { isOpen } from '../calls/platform/enqueue.ts'
import { startWith } from '../voicexml/interpret.ts'
import type { QueuedPrompt } from '../voicexml/prompt-queue.ts'
import { waitingDocumentOf } from '../voicexml/waiting-document.ts'
import type { BridgePorts } from './bridge.ts'
import { bringCaller, cutLeg } from './bridge.ts'
import { type WaitPorts as SpeakPorts, type SpokenWait, speakWait } from './spoken-wait.ts'

export type WaitingPorts = BridgePorts &
  SpeakPorts & {
    readonly calls: Pick<CallPorts, 'calls' | 'flows' | 'live' | 'clock'>
  }

/** What the carrier asks for somebody who waits. */
export type WaitRequest = {
  readonly callSid: string
  readonly placeId: string
  /** How often it has asked in this queue before. */
  readonly round: number
  /** The key that was pressed; '' = none. */
  readonly key: string
  /** Time in the carrier's queue by its own word; null = not told. */
  readonly queueSeconds: number | null
}

export type WaitAnswer =
  /** Out of the queue: the turn that began the wait goes on. */
  | { readonly kind: 'leave' }
  /** The operator is there: an order to take the caller out of the queue is under way. */
  | { readonly kind: 'moving' }
  | {
      readonly kind: 'wait'
      readonly prompts: readonly QueuedPrompt[]
      readonly language: string
      readonly audio: FlowSet['audio']
      readonly placeId: string
      readonly nextRound: number
    }

/** Words come in every other round: music fills the time between. */
const roundsBetweenWords = 2

/**
 * What somebody with a place hears next. Asked again for the same round it says the same of the wait, save
 * what has changed in the queue; nothing else happens twice.
 */
export const hearWait = async (ports: WaitingPorts, request: WaitRequest): Promise<WaitAnswer> => {
  const { callSid, placeId, round } = request
  const isSpoken = round % roundsBetweenWords === 0
  const standing = isSpoken ? await ports.places.standing(placeId) : null
  const place = isSpoken ? (standing?.place ?? null) : await ports.places.find(placeId)
  if (place === null || place.callSid !== callSid || place.mode !== 'hold') return { kind: 'leave' }
  if (place.state === 'ended' || place.state === 'talking') return { kind: 'leave' }
  const call = ports.calls.live.get(callSid) ?? (await findCall(ports.calls.calls, callSid))
  const flowSet = call === null ? null : await ports.calls.flows.byVersion(call.flowVersion)
  if (call === null || flowSet === null) return { kind: 'leave' }
  if (place.state === 'reserved') {
    const open = await ports.claims.openOf(callSid)
    if (open?.state === 'answered') {
      await bringCaller(ports, open)
      return { kind: 'moving' }
    }
  }
  const line = flowSet.lines.get(call.to) ?? null
  const queue = flowSet.queues.get(place.queue)
  const now = ports.calls.clock.now()
  const waited = request.queueSeconds ?? now.since(place.since).total('seconds')
  const why = whyLeave(request.key, waited, queue, isOpen({ line, flowSet, now }))
  if (why !== null) {
    const left = await ports.places.leave(callSid, why)
    ports.hints.hint({ placeId })
    cutLeg(ports, left?.legSid ?? null)
    return { kind: 'leave' }
  }
  const spoken = standing === null ? null : await speakWait(ports, standing)
  return {
    kind: 'wait',
    prompts:
      spoken === null || line === null
        ? []
        : wordsOf({ call, line, flowSet, now }, spoken, {
            first: round === 0,
            offer: waited >= (queue?.offerCallbackAfterSeconds ?? 0),
          }),
    language: call.language,
    audio: flowSet.audio,
    placeId,
    nextRound: round + 1,
  }
}

const whyLeave = (
  key: string,
  waited: number,
  queue: Queue | undefined,
  open: boolean,
): 'left' | 'timeout' | 'closed' | null => {
  if (key === '*') return 'left'
  if (!open) return 'closed'
  return queue !== undefined && waited >= queue.maxWaitSeconds ? 'timeout' : null
}

type Setting = {
  readonly call: LiveCall
  readonly line: Line
  readonly flowSet: FlowSet
  readonly now: Temporal.Instant
}

/** What the waiting document says; nothing where there is none, or it fails. */
const wordsOf = (
  { call, line, flowSet, now }: Setting,
  { position, wait }: SpokenWait,
  { first, offer }: { readonly first: boolean; readonly offer: boolean },
): readonly QueuedPrompt[] => {
  const document = waitingDocumentOf(line.flow)
  if (!flowSet.setting.flow.documents.has(document)) return []
  const variables = sessionVariables({ ...call, callerCountry: null }, line)
  const waiting = {
    first,
    offer,
    position,
    minutes: wait?.minutes ?? null,
    grown: wait?.hasGrown ?? false,
  }
  const hotline = variables['hotline'] as { readonly [key: string]: string }
  const turn = startWith(
    settingAt(flowSet, now),
    {
      document,
      language: call.language,
      session: { ...variables, hotline: { ...hotline, waiting } },
    },
    null,
  )
  return 'need' in turn || turn.wait.kind !== 'end' || turn.wait.how === 'failed'
    ? []
    : turn.prompts
}
