import {
  type FetchAnswer,
  type FetchRequest,
  type Given,
  type Need,
  nothingGiven,
  type Pin,
} from '../voicexml/fetch-request.ts'
import type { Outside, SentRequest } from './outside.ts'

/** All that one turn has fetched, so that the turn can be run again and gets the same. */
export type Errands = {
  /** What there is for the run after so many answers of the platform; null: nothing can be fetched. */
  readonly given: (step: number) => Given | null
  /** Gets what that run needs. */
  readonly meet: (step: number, need: Need) => Promise<void>
  /** Stores texts that this turn has fetched: those that a session stands on, or all. */
  readonly keep: (pins: readonly Pin[] | 'all') => Promise<void>
  /** All that has come from outside in this turn, with its texts by hash. */
  readonly gained: () => Given
}

/** Where there is nothing outside: whatever a document fetches is `error.badfetch`. */
export const noErrands: Errands = {
  given: () => null,
  meet: () => Promise.reject(new Error('Turn needs something that nobody can get')),
  keep: () => Promise.resolve(),
  gained: () => nothingGiven,
}

/** For all fetches of one turn together: the caller's carrier waits 5 s and the answer leaves by the fourth. */
const totalMs = 3_200

/**
 * The errands of one turn. Nothing is fetched twice for being run again; what is sent by POST is claimed
 * first, so that it is not even sent twice when the turn is taken again, by another node or after a crash.
 */
export const errandsOf = (
  outside: Outside,
  { callSid, turn }: { readonly callSid: string; readonly turn: number },
): Errands => {
  const steps: Given[] = []
  let until: number | null = null
  let posts = 0

  const fetch = async (request: FetchRequest): Promise<FetchAnswer> => {
    until ??= outside.elapsed() + totalMs
    const remaining = Math.floor(until - outside.elapsed())
    if (remaining <= 0) return failed('there is no time left in this turn')
    const timeoutMs = Math.min(request.timeoutMs ?? totalMs, remaining)
    if (timeoutMs <= 0) return failed('no answer within 0 ms')
    if (request.method !== 'post') return outside.web.fetch(request, timeoutMs)
    const sent = { callSid, turn, ordinal: posts, request }
    posts += 1
    return sendOnce(outside, sent, timeoutMs)
  }

  return {
    given: (step) => steps[step] ?? nothingGiven,
    meet: async (step, need) => {
      const { fetched, texts } = steps[step] ?? nothingGiven
      if (need.kind === 'fetch') {
        const { request, index } = need
        const answer = await fetch(request)
        steps[step] = { fetched: [...fetched.slice(0, index), { request, answer }], texts }
        return
      }
      const found = await outside.texts.load(need.hashes)
      const missing = need.hashes.find((hash) => !found.has(hash))
      if (missing !== undefined) {
        throw new Error('A text that a call stands on is gone', {
          cause: { callSid, hash: missing },
        })
      }
      steps[step] = { fetched, texts: new Map([...texts, ...found]) }
    },
    keep: async (pins) => {
      const wanted = pins === 'all' ? null : new Set(pins.map(({ hash }) => hash))
      const texts = new Map<string, string>()
      for (const { fetched } of steps) {
        for (const { answer } of fetched) {
          if (answer.kind !== 'text') continue
          if (wanted?.has(answer.hash) !== false) texts.set(answer.hash, answer.text)
        }
      }
      if (texts.size > 0) await outside.texts.keep(texts)
    },
    gained: () => {
      const fetched = steps.flatMap((step) => step?.fetched ?? [])
      const texts = new Map(steps.flatMap((step) => [...(step?.texts ?? [])]))
      for (const { answer } of fetched) {
        if (answer.kind === 'text') texts.set(answer.hash, answer.text)
      }
      return { fetched, texts }
    },
  }
}

/** How often it is looked whether someone else has the answer. */
const againMs = 100

/** Another node may be sending just now: its answer is waited for, and never got by sending again. */
const sendOnce = async (
  outside: Outside,
  sent: SentRequest,
  timeoutMs: number,
): Promise<FetchAnswer> => {
  const until = outside.elapsed() + timeoutMs
  let claim = await outside.sent.claim(sent)
  while (claim.kind === 'unanswered' && outside.elapsed() + againMs < until) {
    await outside.pause(againMs)
    claim = await outside.sent.claim(sent)
  }
  if (claim.kind === 'answered') return claim.answer
  if (claim.kind === 'unanswered') return failed('sent before, and its answer is not known')
  const answer = await outside.web.fetch(sent.request, timeoutMs)
  await outside.sent.answered(sent, answer)
  return answer
}

const failed = (message: string): FetchAnswer => ({
  kind: 'failed',
  event: 'error.badfetch',
  message,
})
