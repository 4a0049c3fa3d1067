import type { Adapters, AppOptions } from '../adapters.ts'
import type { CallPorts } from '../calls/commit-turn.ts'
import { liveCalls } from '../calls/live-calls.ts'
import type { NoticeBoard } from '../calls/notices.ts'
import { createTracer } from '../calls/trace/tracer.ts'
import type { Logger } from '../logging.ts'
import { refuseUnknownLine } from '../twilio/apology.ts'
import { rememberSteps } from '../twilio/remembered.ts'
import { streamAddresses } from '../twilio/stream.ts'
import { renderStep } from '../twilio/twiml.ts'
import type { LiveBridge } from './bridge.ts'
import type { LiveMedia } from './media.ts'

/** Sessions of this many live calls are kept at hand; beyond it a turn reads before it writes. */
const liveCallsKept = 20_000

/** What the use cases of a call stand on; with a memory of live calls of its own each time. */
export const callPorts = (
  adapters: Pick<Adapters, 'callStore' | 'flows' | 'clock' | 'outside'> & {
    readonly bridge?: Pick<LiveBridge, 'waits'>
    readonly notices: { readonly board: Pick<NoticeBoard, 'current'> }
    readonly media?: Pick<LiveMedia, 'first'>
  },
  options: Pick<AppOptions, 'publicUrl'>,
): CallPorts => {
  const addresses = {
    turnUrl: (turn: number) => `/voice/turn/${turn}`,
    waitUrl: (place: string) => `/voice/wait/${place}`,
    roomUrl: (reservation: string) => `/voice/bridge/${reservation}`,
    audioUrl: audioAddress(options),
    stream: streamAddresses(options.publicUrl),
  }
  return {
    calls: adapters.callStore,
    flows: adapters.flows,
    notices: adapters.notices.board,
    clock: adapters.clock,
    live: liveCalls(liveCallsKept),
    ...(adapters.bridge === undefined ? {} : { waits: adapters.bridge.waits }),
    render: rememberSteps((step, audio) => renderStep(addresses, audio, step)),
    renderRefusal: refuseUnknownLine,
    ...(adapters.media === undefined ? {} : { streams: adapters.media }),
    ...(adapters.outside === undefined ? {} : { outside: adapters.outside }),
  }
}

/** Calls of the simulated carrier are told what their flow does; what goes wrong with that harms no call. */
export const tracing = (logger: Logger, demo: AppOptions['demo']): Pick<CallPorts, 'onTurn'> => {
  if (demo === null) return {}
  const trace = createTracer()
  return {
    onTurn: (turn) => {
      try {
        demo.carrier.call(turn.take.callSid)?.trace(trace(turn))
      } catch (err) {
        logger.warn({ event: 'trace-failed', callSid: turn.take.callSid, err })
      }
    },
  }
}

/** Where a recorded prompt is fetched from, by the hash of its content. */
export const audioAddress =
  ({ publicUrl }: Pick<AppOptions, 'publicUrl'>) =>
  (hash: string): string =>
    `${publicUrl()}/audio/${hash}.wav`
