import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { awayFault, awayOf } from '../away.ts'
import { readText, refusalIn } from './answers.ts'
import { type BucketRequest, type BucketSettings, bucketExchange } from './exchange.ts'

/** `version`: of the object, or of the mark that hides it; null where no old versions are kept. */
export type BucketAnswer = { readonly version: string | null } & (
  | { readonly kind: 'answered'; readonly response: IncomingMessage }
  | { readonly kind: 'missing' }
  /** The object ends before the range begins. */
  | { readonly kind: 'beyond' }
)

/** A bucket that is asked patiently, but not for ever. What it cannot do is thrown as `awayFault` says. */
export type Bucket = {
  /** The body of an answer to GET is still to be read. */
  readonly ask: (what: BucketRequest) => Promise<BucketAnswer>
  /** Asks the bucket itself; the answer is read. */
  readonly text: (query: Readonly<Record<string, string>>) => Promise<string>
  /** So long a body may be silent. */
  readonly patienceMs: number
  /** How often something is tried. */
  readonly attempts: number
  /** Between one attempt and the next. */
  readonly pause: (failures: number) => Promise<void>
  readonly close: () => void
}

export type Patience = {
  /** So long a connection may be silent. */
  readonly patienceMs: number
  readonly attempts: number
  readonly pause: (milliseconds: number) => Promise<void>
}

export const ordinaryPatience: Patience = {
  patienceMs: 5_000,
  attempts: 3,
  pause: (milliseconds) => delay(milliseconds),
}

const firstPauseMs = 200
const longestPauseMs = 5_000

/** Refusals that say nothing of the request: the same may be taken the next time. */
const passing = new Set(['RequestTimeout', 'BadDigest', 'XAmzContentSHA256Mismatch'])

/** Opens no connection before it is asked. What is asked may be done more than once. */
export const s3Bucket = (settings: BucketSettings, patience = ordinaryPatience): Bucket => {
  const { patienceMs, attempts } = patience
  const { exchange, close } = bucketExchange(settings, patienceMs)

  /** Of any length up to the longest, so that nodes which failed together do not come back together. */
  const pause = (failures: number): Promise<void> =>
    patience.pause(Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** failures))

  const askOnce = async (what: BucketRequest): Promise<BucketAnswer> => {
    const response = await exchange(what).catch((cause: Error) => {
      throw noAnswer(what, cause.message, cause)
    })
    const { statusCode: status = 0, headers } = response
    const version = headers['x-amz-version-id']?.toString() ?? null
    if (status >= 200 && status < 300) {
      if (what.method !== 'GET') response.on('error', () => {}).resume()
      return { kind: 'answered', response, version }
    }
    const { code, message } = refusalIn(await readText(response, patienceMs).catch(() => ''))
    if (status === 404 && (what.method === 'HEAD' || code === 'NoSuchKey'))
      return { kind: 'missing', version }
    if (status === 416) return { kind: 'beyond', version: null }
    const why = [status, code, message].filter((part) => part !== '').join(' ')
    if (status >= 500 || status === 429 || passing.has(code)) throw noAnswer(what, why)
    throw refusal(what, why)
  }

  const patiently = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    for (let failures = 1; ; failures++) {
      try {
        return await work()
      } catch (cause) {
        if (failures === attempts || awayOf(cause) !== 'no-answer') throw cause
        await pause(failures)
      }
    }
  }

  return {
    ask: (what) => patiently(() => askOnce(what)),
    text: (query) =>
      patiently(async () => {
        const what = { method: 'GET', key: '', query } as const
        const answer = await askOnce(what)
        if (answer.kind !== 'answered') throw refusal(what, 'there is no such thing')
        return readText(answer.response, patienceMs).catch((cause: Error) => {
          throw noAnswer(what, cause.message, cause)
        })
      }),
    patienceMs,
    attempts,
    pause,
    close,
  }
}

const nameOf = ({ method, key }: BucketRequest): string => `${method} ${key || 'bucket'}`

const noAnswer = (what: BucketRequest, why: string, cause?: unknown): Error =>
  awayFault('no-answer', `The blob store gave no answer to ${nameOf(what)}: ${why}`, cause)

const refusal = (what: BucketRequest, why: string): Error =>
  awayFault('refused', `The blob store refused ${nameOf(what)}: ${why}`)
