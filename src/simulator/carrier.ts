import { type Call, type NumberSettings, placeCall } from './call.ts'
import { type Clock, realClock } from './clock.ts'
import type { WebhookObservation } from './exchange.ts'
import { type Faults, noFaults } from './faults.ts'
import { randomSids, type Sids } from './identifiers.ts'
import type { Parameters } from './signature.ts'
import { httpSender, type Send } from './wire.ts'

export type CarrierOptions = {
  readonly accountSid: string
  readonly authToken: string
  /** E.164 → what the number does; a function for numbers that are made up as they are dialled. */
  readonly numbers:
    | Readonly<Record<string, NumberSettings>>
    | ((number: string) => NumberSettings | undefined)
  /** Default: the real one. */
  readonly clock?: Clock
  readonly faults?: Faults
  /** Default: HTTP/1.1 with a connection for each request. */
  readonly send?: Send
  /** Origins that are reached at another one: `{ 'https://hotline.example': 'http://127.0.0.1:3000' }`. */
  readonly origins?: Readonly<Record<string, string>>
  readonly newSid?: Sids
  /** What recording addresses begin with. */
  readonly apiUrl?: string
  /** Sees every request and answer, duplicates and retries included. */
  readonly observe?: (observation: WebhookObservation) => void
  /** Documents that one call may run, against flows that turn in a circle without waiting. */
  readonly documentLimit?: number
}

/** The simulated carrier: one account with its numbers and calls. */
export type Carrier = {
  readonly accountSid: string
  readonly authToken: string
  readonly clock: Clock
  /**
   * @throws if the account has no such number
   * @param call `from` and `to` go out as they stand; `parameters` come on top of Twilio's own
   */
  readonly dial: (call: {
    readonly to: string
    readonly from?: string
    readonly parameters?: Parameters
  }) => Call
  readonly number: (number: string) => NumberSettings | undefined
  /** Numbers known by name; those of a function only once they were set. */
  readonly numbers: () => ReadonlyMap<string, NumberSettings>
  readonly setNumber: (number: string, settings: NumberSettings) => void
  /** Calls, oldest first; of ended ones the last two hundred. */
  readonly calls: () => readonly Call[]
  readonly call: (callSid: string) => Call | undefined
  /** Hangs up every call and waits until their webhooks are through. */
  readonly close: () => Promise<void>
}

/** The number of a telephone that was not given one: a Russian mobile. */
export const ownNumber = '+79991234567'

const endedCallsKept = 200

export const createCarrier = (options: CarrierOptions): Carrier => {
  const given = options.numbers
  const numbers = new Map<string, NumberSettings>(
    typeof given === 'function' ? [] : Object.entries(given),
  )
  const live = new Map<string, Call>()
  const ended = new Map<string, Call>()
  let count = 0
  const setting = {
    accountSid: options.accountSid,
    authToken: options.authToken,
    clock: options.clock ?? realClock,
    faults: options.faults ?? noFaults,
    send: options.send ?? httpSender({ keepAlive: false }),
    route: (url: URL): URL => {
      const origin = options.origins?.[url.origin]
      return origin === undefined ? url : new URL(url.pathname + url.search, origin)
    },
    newSid: options.newSid ?? randomSids,
    apiUrl: options.apiUrl ?? 'https://api.twilio.com',
    documentLimit: options.documentLimit ?? 5000,
    observe: options.observe ?? (() => {}),
  }
  const settingsOf = (number: string): NumberSettings | undefined =>
    numbers.get(number) ?? (typeof given === 'function' ? given(number) : undefined)

  return {
    accountSid: options.accountSid,
    authToken: options.authToken,
    clock: setting.clock,
    dial: ({ to, from = ownNumber, parameters = [] }) => {
      const settings = settingsOf(to)
      if (!settings) throw new Error(`The simulated carrier has no number ${to}`)
      const call = placeCall(setting, { from, to, parameters }, settings, count)
      count += 1
      live.set(call.callSid, call)
      void call.ended.then(() => {
        live.delete(call.callSid)
        ended.set(call.callSid, call)
        const oldest = ended.size > endedCallsKept ? ended.keys().next().value : undefined
        if (oldest !== undefined) ended.delete(oldest)
      })
      return call
    },
    number: settingsOf,
    numbers: () => numbers,
    setNumber: (number, settings) => {
      numbers.set(number, settings)
    },
    calls: () => [...ended.values(), ...live.values()],
    call: (callSid) => live.get(callSid) ?? ended.get(callSid),
    close: async () => {
      const calls = [...live.values()]
      for (const call of calls) call.hangUp()
      await Promise.all(calls.map((call) => call.settled))
    },
  }
}
