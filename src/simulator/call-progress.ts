import type { Clock } from './clock.ts'
import type { DocumentRequest } from './document-request.ts'
import { lengthParameters, progressParameters } from './inbound.ts'
import { createOrderly } from './orderly.ts'
import type { ProgressNews } from './ring.ts'
import type { Parameters } from './signature.ts'

/** Tells of the progress of one call. */
export type CallProgress = {
  readonly tell: (event: 'initiated' | 'ringing' | 'answered') => Promise<void>
  readonly ended: (status: string, seconds: number, sipCode: number | null) => Promise<void>
}

const statusOf = { initiated: 'initiated', ringing: 'ringing', answered: 'in-progress' } as const

/**
 * Numbers the callbacks that a call's owner asked for, from 0, and sends them in order.
 * Source: twilio.com/docs/voice/api/call-resource, "StatusCallbackEvent".
 *
 * @param post sends one with this call status
 */
export const createCallbacks = (
  clock: Clock,
  news: ProgressNews | null,
  post: (request: DocumentRequest, status: string) => Promise<void>,
): CallProgress => {
  const orderly = createOrderly(clock)
  let sequence = 0
  const send = async (event: string, status: string, more: Parameters): Promise<void> => {
    if (!news?.events.includes(event)) return
    const parameters = [...more, ...progressParameters(sequence, clock.now())]
    sequence += 1
    await orderly(() => post({ url: news.url, method: news.method, parameters }, status))
  }
  return {
    tell: (event) => send(event, statusOf[event], []),
    ended: (status, seconds, sipCode) =>
      send('completed', status, [
        ...lengthParameters(seconds),
        ...(sipCode === null ? [] : ([['SipResponseCode', String(sipCode)]] as const)),
      ]),
  }
}
