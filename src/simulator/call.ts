import type { Clock } from './clock.ts'
import type { WebhookObservation } from './exchange.ts'
import type { Faults } from './faults.ts'
import type { Sids } from './identifiers.ts'
import { endParameters, inboundParameters } from './inbound.ts'
import { runDocuments } from './interpreter.ts'
import { createLeg, type Interruption } from './leg.ts'
import type { PhoneReport } from './phone-protocol.ts'
import { createReportLog } from './report-log.ts'
import type { Parameters } from './signature.ts'
import { fetchSound } from './sound-file.ts'
import type { CallEnd, DocumentRequest, Method, Stage } from './stage.ts'
import { createPost, type Delivery } from './webhook.ts'
import type { Send } from './wire.ts'

/** What a number of the account is set to do; as in Twilio's IncomingPhoneNumbers. */
export type NumberSettings = {
  readonly voiceUrl: string
  readonly voiceMethod?: Method
  readonly voiceFallbackUrl?: string
  readonly voiceFallbackMethod?: Method
  readonly statusCallback?: string
  readonly statusCallbackMethod?: Method
}

export type CallStatus = 'ringing' | 'in-progress' | CallEnd['status']

/** A call as the REST API shows it; times are milliseconds since the epoch. */
export type CallRecord = {
  readonly callSid: string
  readonly from: string
  readonly to: string
  readonly status: CallStatus
  readonly startedAt: number
  readonly answeredAt: number | null
  readonly endedAt: number | null
}

/** One call as whoever dialled it holds it. */
export type Call = {
  readonly callSid: string
  readonly from: string
  readonly to: string
  /** What has happened so far. */
  readonly history: readonly PhoneReport[]
  /** What has happened and what will, until the call is over. */
  readonly reports: () => AsyncGenerator<PhoneReport, void>
  /**
   * Waits for the next report of one of these types, counting from the last one this function gave;
   * null once the call is over.
   */
  readonly next: <Type extends PhoneReport['type']>(
    ...types: readonly Type[]
  ) => Promise<Extract<PhoneReport, { type: Type }> | null>
  /** Keys outside a `<Gather>` or `<Record>` are lost, as they are on the telephone. */
  readonly press: (keys: string) => void
  /** The person talks for so long: a recording does not take it for silence. */
  readonly speak: (milliseconds: number) => void
  readonly spoken: (utterance: number) => void
  readonly sound: (on: boolean) => void
  readonly hangUp: () => void
  readonly interrupt: (interruption: Interruption) => void
  readonly record: () => CallRecord
  /** Resolves when the line is down; never rejects. */
  readonly ended: Promise<CallEnd>
  /** Resolves when every webhook of the call has been answered or given up, late ones included. */
  readonly settled: Promise<void>
}

/** The carrier as one call sees it. */
export type CallSetting = {
  readonly accountSid: string
  readonly authToken: string
  readonly clock: Clock
  readonly faults: Faults
  readonly send: Send
  readonly route: (url: URL) => URL
  readonly newSid: Sids
  readonly apiUrl: string
  readonly documentLimit: number
  readonly observe: (observation: WebhookObservation) => void
}

/** Calls of four hours are cut. Source: twilio.com/docs/voice/twiml/dial, "timeLimit". */
const longestCall = 4 * 3600 * 1000

/** Starts a call to a number of the account. */
export const placeCall = (
  setting: CallSetting,
  caller: { readonly from: string; readonly to: string; readonly parameters: Parameters },
  number: NumberSettings,
  ordinal: number,
): Call => {
  const { clock, newSid } = setting
  const { from, to } = caller
  const callSid = newSid('CA')
  const log = createReportLog<PhoneReport>()
  const startedAt = clock.now()
  let answeredAt: number | null = null
  let endedAt: number | null = null
  let status: CallStatus = 'ringing'
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
  const { leg, controls } = createLeg(clock, log.add, note, () => {
    answeredAt = clock.now()
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
    call: ordinal,
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

  const standard = (): Parameters => {
    const left = leg.interruption()?.kind === 'hung-up' && endedAt === null
    const { accountSid } = setting
    const own = { accountSid, callSid, from, to }
    return [...inboundParameters(own, left ? 'completed' : status), ...caller.parameters]
  }
  const callBack: Stage['callBack'] = async (kind, request, withStandard) => {
    const own: Parameters = withStandard
      ? standard()
      : [
          ['AccountSid', setting.accountSid],
          ['CallSid', callSid],
        ]
    const parameters = [...own, ...request.parameters]
    const delivery = await keep(post({ ...request, kind, parameters }))
    if (delivery.kind === 'failed')
      note(kind === 'status' ? 15003 : delivery.code, delivery.message)
    return delivery
  }
  const fetchDocument = (request: DocumentRequest): Promise<Delivery> => {
    const parameters = [...standard(), ...request.parameters]
    return keep(post({ ...request, kind: 'document', parameters }))
  }
  const finish = (end: CallEnd): void => {
    status = end.status
    endedAt = clock.now()
    log.add({ type: 'call', state: 'ended', callSid, to, reason: end.reason })
    if (number.statusCallback === undefined || number.statusCallback === '') return
    const seconds = answeredAt === null ? 0 : Math.round((endedAt - answeredAt) / 1000)
    const request: DocumentRequest = {
      url: number.statusCallback,
      method: number.statusCallbackMethod ?? 'POST',
      parameters: endParameters(seconds, endedAt),
    }
    void callBack('status', request, true)
  }

  const run = (): Promise<CallEnd> =>
    runDocuments({
      leg,
      fetchSound: (url) => fetchSound(setting, url),
      callBack,
      fetchDocument,
      newSid,
      recordingUrl: (recordingSid) =>
        `${setting.apiUrl}/2010-04-01/Accounts/${setting.accountSid}/Recordings/${recordingSid}`,
      first: { url: number.voiceUrl, method: number.voiceMethod ?? 'POST', parameters: [] },
      fallback:
        number.voiceFallbackUrl === undefined || number.voiceFallbackUrl === ''
          ? null
          : { url: number.voiceFallbackUrl, method: number.voiceFallbackMethod ?? 'POST' },
      documentLimit: setting.documentLimit,
    })
  const live = async (): Promise<CallEnd> => {
    const stopLimit = clock.after(longestCall, () => controls.interrupt({ kind: 'time-limit' }))
    const end = await run().catch((error: unknown): CallEnd => {
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
  return {
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
    speak: controls.speak,
    spoken: controls.spoken,
    sound: controls.sound,
    hangUp: () => controls.interrupt({ kind: 'hung-up' }),
    interrupt: controls.interrupt,
    record: () => ({ callSid, from, to, status, startedAt, answeredAt, endedAt }),
    ended,
    settled: settle(),
  }
}
