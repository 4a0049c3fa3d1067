import twilio, { type Twilio } from 'twilio'
import type { CarrierPort, NotPlaced, Participant } from '../queues/carrier.ts'
import type { StreamCarrier } from '../recordings/carrier.ts'
import { retries } from './connect.ts'
import { httpClient, type RequestFault } from './http-client.ts'
import { streamAddresses, tokenParameter } from './stream.ts'

export type RestAccount = {
  readonly accountSid: string
  readonly authToken: string
  /** Asked at each order: the demo learns only when it listens where its carrier is. Null = Twilio's own. */
  readonly apiUrl: () => string | null
  /** Origin that the carrier reaches us at, without a trailing slash. */
  readonly publicUrl: () => string
}

/** An order stands for seconds of a caller's wait; who gets no answer by then is in doubt. */
const timeoutMs = 5_000

export type Reachable = {
  /** Whether the carrier answers a question that changes nothing. */
  readonly isThere: () => Promise<boolean>
}

/** How many calls are looked at for the evidence of an uncertain order. */
const evidenceLimit = 50

const liveStatuses = new Set<string>(['queued', 'initiated', 'ringing', 'in-progress'])

/** Moments of a leg's life that we are told of. */
const legEvents = ['initiated', 'ringing', 'answered', 'completed']

/**
 * The carrier by Twilio's REST API. Nothing is tried again: the library cannot know what a request did.
 *
 * @see https://www.twilio.com/docs/voice/api/call-resource
 * @see https://www.twilio.com/docs/voice/api/conference-participant-resource
 */
export const restCarrier = (account: RestAccount): CarrierPort & StreamCarrier & Reachable => {
  const api = restClient(account)
  const streams = streamAddresses(account.publicUrl)
  const webhook = (path: string): string => `${account.publicUrl()}${path}${retries}`

  return {
    isThere: () =>
      api()
        .calls.list({ limit: 1 })
        .then(
          () => true,
          () => false,
        ),
    dial: async (order) => {
      try {
        const { sid } = await api().calls.create({
          to: order.to,
          from: order.from,
          url: webhook(order.path),
          method: 'POST',
          statusCallback: webhook(order.statusPath),
          statusCallbackMethod: 'POST',
          statusCallbackEvent: legEvents,
          timeout: order.ringSeconds,
          ...(order.detectMachine ? { machineDetection: 'Enable' } : {}),
        })
        return { kind: 'placed', legSid: sid }
      } catch (error) {
        return whatBecameOf(error)
      }
    },
    hangUp: (callSid) => unlessOver(api().calls(callSid).update({ status: 'completed' })),
    isLive: async (callSid) => {
      try {
        return liveStatuses.has((await api().calls(callSid).fetch()).status)
      } catch (error) {
        if (isOver(error)) return false
        throw new Error('The carrier did not tell of a call', { cause: error })
      }
    },
    redirect: (callSid, path) =>
      unlessOver(
        api()
          .calls(callSid)
          .update({ url: webhook(path), method: 'POST' }),
      ),
    findCalls: async ({ to, from, since }) => {
      const calls = await api().calls.list({ to, from, limit: evidenceLimit })
      return calls
        .map((call) => ({
          callSid: call.sid,
          to: call.to,
          from: call.from,
          status: call.status,
          createdAt: Temporal.Instant.fromEpochMilliseconds(call.dateCreated.getTime()),
        }))
        .filter(({ createdAt }) => Temporal.Instant.compare(createdAt, since) >= 0)
        .toSorted((a, b) => Temporal.Instant.compare(b.createdAt, a.createdAt))
    },
    hold: (participant, isHeld) =>
      change(api(), participant, {
        hold: isHeld,
        ...(isHeld ? { holdUrl: `${account.publicUrl()}/voice/hold`, holdMethod: 'POST' } : {}),
      }),
    mute: (participant, isMuted) => change(api(), participant, { muted: isMuted }),
    coach: (participant, toCallSid) =>
      change(
        api(),
        participant,
        toCallSid === null
          ? { coaching: false }
          : { coaching: true, callSidToCoach: toCallSid, muted: false },
      ),
    endOnExit: (participant, ends) => change(api(), participant, { endConferenceOnExit: ends }),
    startStream: (callSid, { name, token }) =>
      unlessOver(
        api().calls(callSid).streams.create({
          url: streams.url(),
          name,
          track: 'both_tracks',
          statusCallback: streams.statusUrl(),
          statusCallbackMethod: 'POST',
          'parameter1.name': tokenParameter,
          'parameter1.value': token,
        }),
      ),
    remove: async (participant) => {
      const found = await conferenceOf(api(), participant)
      if (found === null) return false
      return unlessOver(api().conferences(found).participants(participant.callSid).remove())
    },
  }
}

/** The library's client of an account, to be asked for at each order; it tries nothing again. */
export const restClient = (account: RestAccount): (() => Twilio) => {
  const client = twilio(account.accountSid, account.authToken, {
    httpClient: httpClient(timeoutMs, process.env),
  })
  return () => {
    const apiUrl = account.apiUrl()
    if (apiUrl !== null) client.api.baseUrl = apiUrl
    return client
  }
}

type ParticipantChange = Parameters<
  ReturnType<ReturnType<Twilio['conferences']>['participants']>['update']
>[0]

const change = async (
  client: Twilio,
  participant: Participant,
  changes: ParticipantChange,
): Promise<boolean> => {
  const found = await conferenceOf(client, participant)
  if (found === null) return false
  return unlessOver(client.conferences(found).participants(participant.callSid).update(changes))
}

/** Rooms are known to us by name, to the carrier by SID; null: nobody is in it any more. */
const conferenceOf = async (
  client: Twilio,
  { conference }: Participant,
): Promise<string | null> => {
  const [found] = await client.conferences.list({
    friendlyName: conference,
    status: 'in-progress',
    limit: 1,
  })
  return found?.sid ?? null
}

/** False where what was to be changed is over; any other fault is thrown. */
const unlessOver = async (order: Promise<unknown>): Promise<boolean> => {
  try {
    await order
    return true
  } catch (error) {
    if (isOver(error)) return false
    throw new Error('The carrier did not carry out an order', { cause: error })
  }
}

type Refusal = { readonly status: number; readonly code?: number; readonly message: string }

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && 'status' in error && typeof error.status === 'number'

/** 21220: the call is not in progress; 16022 and 20404: no such conference or participant any more. */
const codesOfTheOver = new Set([21220, 16022, 20404])

const isOver = (error: unknown): boolean =>
  isRefusal(error) && (error.status === 404 || codesOfTheOver.has(error.code ?? 0))

/** Answers that speak of our account, or of how much it orders: anybody else would be refused as well. */
const statusesOfTheAccount = new Set([401, 404, 408, 429])

/**
 * 10001 to 10004 and 90010: the account; 21205, 21218, 21609: our addresses; 21210, 21212, 21213: our number;
 * 21611: too many messages of ours wait with the carrier.
 */
const codesOfTheAccount = new Set([
  ...[10001, 10002, 10003, 10004, 20003, 20005, 20429, 90010],
  ...[21205, 21218, 21609, 21210, 21212, 21213, 21611],
])

/**
 * What is known after a call was ordered and no call came back. Refused is only what was certainly not
 * carried out: answers with a 4xx (429 was "never processed"), and requests that never left. Everything
 * else may have rung a telephone.
 *
 * @see https://www.twilio.com/docs/errors/20500
 */
export const whatBecameOf = (error: unknown): NotPlaced => {
  if (isRefusal(error)) {
    const { status, code, message } = error
    if (status < 400 || status >= 500) return { kind: 'uncertain', message }
    return {
      kind: 'refused',
      code: String(code ?? status),
      message,
      isTemporary: statusesOfTheAccount.has(status) || codesOfTheAccount.has(code ?? 0),
    }
  }
  const { code = 'unknown', message, neverLeft } = error as RequestFault
  return neverLeft === true
    ? { kind: 'refused', code, message, isTemporary: true }
    : { kind: 'uncertain', message }
}
