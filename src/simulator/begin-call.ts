import type { Call, CallSetting } from './call.ts'
import { createCallbacks } from './call-progress.ts'
import type { CallPlan, CallWorks } from './call-works.ts'
import type { DocumentRequest } from './document-request.ts'
import type { WebhookObservation } from './exchange.ts'
import { callParameters } from './inbound.ts'
import { runDocuments } from './interpreter.ts'
import { createLeg } from './leg.ts'
import type { PhoneReport } from './phone-protocol.ts'
import { createReportLog } from './report-log.ts'
import type { Parameters } from './signature.ts'
import { fetchSound } from './sound-file.ts'
import type { CallEnd, Stage } from './stage.ts'
import { createCallSound } from './streams/call-sound.ts'
import { createCallStreams } from './streams/call-streams.ts'
import { createPost, type Delivery } from './webhook.ts'

/** Calls of four hours are cut. Source: twilio.com/docs/voice/twiml/dial, "timeLimit". */
const longestCall = 4 * 3600

/** Starts a call on its way. */
export const beginCall = (setting: CallSetting, plan: CallPlan): Call => {
  const { clock, newSid } = setting
  const { identity } = plan
  const { callSid, from, to, direction, parentCallSid } = identity
  const log = createReportLog<PhoneReport>()
  const startedAt = clock.now()
  let dialledAt: number | null = plan.status === 'queued' ? null : startedAt
  let answeredAt: number | null = null
  let endedAt: number | null = null
  let answeredBy: string | null = null
  let sipCode: number | null = null
  let { status } = plan
  const pending = new Set<Promise<unknown>>()

  const keep = <Value>(work: Promise<Value>): Promise<Value> => {
    pending.add(work)
    const done = (): void => {
      pending.delete(work)
    }
    work.then(done, done)
    return work
  }
  const note = (code: number, message: string): void => log.add({ type: 'debugger', code, message })
  let stopLimit = (): void => {}
  const limit = (seconds: number): void => {
    stopLimit()
    stopLimit = clock.after(seconds * 1000, () => controls.interrupt({ kind: 'time-limit' }))
  }
  const sound = createCallSound(clock, setting.sounds)
  const add = (report: PhoneReport): void => {
    log.add(report)
    sound.hear(report)
  }
  const { leg, controls } = createLeg(clock, add, note, () => {
    answeredAt = clock.now()
    limit(plan.limitSeconds ?? longestCall)
    status = 'in-progress'
    log.add({ type: 'call', state: 'in-progress', callSid, to })
  })

  const observe = (observation: WebhookObservation): void => {
    setting.observe(observation)
    log.add({
      type: 'webhook',
      url: observation.url,
      parameters: observation.parameters,
      status: observation.status,
      answer: observation.answer.toString('utf8'),
      milliseconds: Math.round(observation.milliseconds),
      position: observation.answerHeaders['x-flow-position'] ?? null,
      ...(observation.error !== undefined && { error: observation.error }),
    })
  }
  const post = createPost({
    callSid,
    call: identity.ordinal,
    authToken: setting.authToken,
    clock,
    faults: setting.faults,
    send: setting.send,
    route: setting.route,
    observe,
    note,
    keep: (work) => void keep(work),
    idempotencyToken: () => newSid(''),
  })

  const standard = (shown: string): Parameters => {
    const { accountSid } = setting
    const own = { accountSid, callSid, from, to, direction, parentCallSid }
    return [
      ...callParameters(own, shown),
      ...(answeredBy === null ? [] : ([['AnsweredBy', answeredBy]] as const)),
      ...identity.parameters,
    ]
  }
  const statusNow = (): string => {
    const left = leg.interruption()?.kind === 'hung-up' && endedAt === null
    return left ? 'completed' : status
  }
  const callBack: Stage['callBack'] = async (kind, request, withStandard) => {
    const own: Parameters = withStandard
      ? standard(statusNow())
      : [
          ['AccountSid', setting.accountSid],
          ['CallSid', callSid],
        ]
    const parameters = [...own, ...request.parameters]
    const delivery = await keep(post({ ...request, kind, parameters }))
    if (delivery.kind === 'failed') {
      note(kind === 'status' ? 15003 : delivery.code, delivery.message)
    }
    return delivery
  }
  const streams = createCallStreams({
    accountSid: setting.accountSid,
    authToken: setting.authToken,
    callSid,
    clock,
    newSid,
    route: setting.route,
    sound,
    faults: setting.streamFaults,
    note,
    tell: (callback, parameters) => void callBack('status', { ...callback, parameters }, false),
    keep: (work) => void keep(work),
  })
  const progress = createCallbacks(clock, plan.news, (request, shown) => {
    const parameters = [...standard(shown), ...request.parameters]
    const sent = post({ ...request, kind: 'status', parameters })
    return sent.then((delivery) => {
      if (delivery.kind === 'failed') note(15003, delivery.message)
    })
  })
  const fetchDocument = (request: DocumentRequest): Promise<Delivery> => {
    const parameters = [...standard(statusNow()), ...request.parameters]
    return keep(post({ ...request, kind: 'document', parameters }))
  }
  const finish = (end: CallEnd): void => {
    status = end.status
    endedAt = clock.now()
    streams.end()
    add({ type: 'call', state: 'ended', callSid, to, reason: end.reason })
    const seconds = answeredAt === null ? 0 : Math.round((endedAt - answeredAt) / 1000)
    void keep(progress.ended(end.status, seconds, sipCode))
  }

  const works: CallWorks = {
    leg,
    controls,
    setStatus: (now) => {
      status = now
    },
    started: () => {
      dialledAt = clock.now()
    },
    detected: (by) => {
      answeredBy = by
    },
    responded: (code) => {
      sipCode = code
    },
    tell: (event) => void keep(progress.tell(event)),
    callBack,
    run: (first, fallback) =>
      runDocuments({
        leg,
        callSid,
        from,
        queues: setting.queues,
        conferences: setting.conferences,
        endCall: () => controls.interrupt({ kind: 'completed' }),
        nudge: () => controls.interrupt({ kind: 'nudged' }),
        ring: setting.ringFor(identity),
        startStream: streams.start,
        stopStream: streams.stop,
        actionAfterRedirect: setting.actionAfterRedirect,
        fetchSound: async (url) => setting.recordings.soundAt(url) ?? fetchSound(setting, url),
        keepRecording: (recording) => setting.recordings.keep({ ...recording, callSid }),
        callBack,
        fetchDocument,
        newSid,
        recordingUrl: (recordingSid) =>
          `${setting.apiUrl()}/2010-04-01/Accounts/${setting.accountSid}/Recordings/${recordingSid}`,
        first,
        fallback,
        documentLimit: setting.documentLimit,
      }),
  }
  const live = async (): Promise<CallEnd> => {
    if (direction === 'inbound') limit(longestCall)
    const end = await plan.live(works).catch((error: unknown): CallEnd => {
      note(0, `The simulated carrier failed: ${error instanceof Error ? error.stack : error}`)
      return { reason: 'failed', status: 'completed' }
    })
    stopLimit()
    finish(end)
    return end
  }
  const settle = async (): Promise<void> => {
    await ended
    while (pending.size > 0) await Promise.allSettled(pending)
    log.close()
  }

  log.add({ type: 'call', state: 'dialling', callSid, to })
  const ended = live()
  const cursor = log.reports()
  const call: Call = {
    callSid,
    from,
    to,
    history: log.history,
    reports: log.reports,
    next: async <Type extends PhoneReport['type']>(...types: readonly Type[]) => {
      for (;;) {
        const { value, done } = await cursor.next()
        if (done || !value) return null
        if ((types as readonly string[]).includes(value.type)) {
          return value as Extract<PhoneReport, { type: Type }>
        }
      }
    },
    press: controls.press,
    speak: (milliseconds) => {
      controls.speak(milliseconds)
      sound.speak(milliseconds)
    },
    spoken: controls.spoken,
    sound: controls.sound,
    hangUp: () => {
      plan.refuse?.('busy')
      controls.interrupt({ kind: 'hung-up' })
    },
    answer: (by) => plan.answer?.(by),
    refuse: (how, code) => plan.refuse?.(how, code),
    interrupt: controls.interrupt,
    startStream: streams.start,
    stopStream: streams.stop,
    trace: (turn) => log.add({ type: 'trace', ...turn }),
    record: () => ({
      callSid,
      from,
      to,
      direction,
      parentCallSid,
      status,
      startedAt,
      dialledAt,
      answeredAt,
      endedAt,
      answeredBy,
      sipCode,
    }),
    ended,
    settled: settle(),
  }
  setting.enter(call)
  return call
}
