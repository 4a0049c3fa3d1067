import { chance } from './faults.ts'
import type { RestFault } from './rest-outcome.ts'

/** How a request to the API may go wrong. With `done` it is carried out all the same. */
export type Trouble =
  /** Answered with an error: 429 and 20429, 500 … */
  | (RestFault & { readonly done?: boolean })
  /** The connection breaks before an answer. */
  | { readonly how: 'reset'; readonly done: boolean }
  /** The answer comes so late; `milliseconds` of the machine's clock. */
  | { readonly how: 'stall'; readonly done: boolean; readonly milliseconds: number }

/** Faults on demand: what this answers for a request happens to it. */
export type Troubles = (request: {
  readonly method: string
  readonly path: string
  readonly form: URLSearchParams
  /** The how-manieth request of this API, from 0. */
  readonly ordinal: number
}) => Trouble | undefined

export const tooMany: RestFault = { status: 429, code: 20429, message: 'Too Many Requests' }
export const serverError: RestFault = {
  status: 500,
  code: 20500,
  message: 'An internal server error has occurred',
}

/** The ways in which placing a call goes wrong, by name. */
export const troublesByName = {
  /** Definite: nothing was done. */
  'too-many': tooMany,
  'error-before': serverError,
  'reset-before': { how: 'reset', done: false },
  /** Indefinite: the telephone rings all the same. */
  'error-after': { ...serverError, done: true },
  'reset-after': { how: 'reset', done: true },
  'stall-after': { how: 'stall', done: true, milliseconds: 15_000 },
} as const satisfies Record<string, Trouble>

export type TroubleName = keyof typeof troublesByName

/** Trouble by lot for requests that change something; a run repeats for the same seed and order of requests. */
export const seededTroubles = (
  seed: string,
  rates: Partial<Record<TroubleName, number>>,
): Troubles => {
  const names = Object.keys(rates) as readonly TroubleName[]
  return ({ method, ordinal }) => {
    if (method === 'GET') return undefined
    const name = names.find((one) => chance(seed, ordinal, one) < (rates[one] ?? 0))
    return name === undefined ? undefined : troublesByName[name]
  }
}
