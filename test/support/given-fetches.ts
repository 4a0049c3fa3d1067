import { createHash } from 'node:crypto'
import type { FetchAnswer, Given as Outside } from '../../src/voicexml/fetch-request.ts'
import type { Unmet } from '../../src/voicexml/interpret.ts'
import type { Turn } from '../../src/voicexml/turn.ts'
import type { Given } from './transcript.ts'

/** Runs the engine with what a transcript gives from outside; without any it can fetch nothing. */
export type RunOutside = (run: (outside: Outside | null) => Turn | Unmet) => Turn

/**
 * What comes from outside in one call: `given fetch https://example.org/hours {"text": "<hours/>"}`, or
 * `{"event": "error.badfetch.http.404"}`; several lines of one address answer one after another.
 */
export const givenFetches = (givens: readonly Given[]): RunOutside => {
  const given = givens.filter(({ subject }) => subject === 'fetch')
  const texts = new Map<string, string>()
  const times = new Map<string, number>()

  const answerTo = (url: string): FetchAnswer => {
    const answers = given.filter(({ value }) => value === url)
    const time = times.get(url) ?? 0
    times.set(url, time + 1)
    const answer = answers[Math.min(time, answers.length - 1)]?.result
    const { text, event, message } = (answer ?? {}) as Readonly<Record<string, string>>
    if (text === undefined) {
      const why = message ?? `${url} is not given`
      return { kind: 'failed', event: event ?? 'error.badfetch', message: why }
    }
    const hash = createHash('sha256').update(text).digest('hex')
    texts.set(hash, text)
    return { kind: 'text', text, hash }
  }

  return (run) => {
    let outside: Outside = { fetched: [], texts }
    let turn = run(given.length === 0 ? null : outside)
    while ('need' in turn) {
      const { need } = turn
      if (need.kind === 'texts') throw new Error('a text is gone that was fetched before')
      const { request, index } = need
      const fetched = outside.fetched.slice(0, index)
      outside = { fetched: [...fetched, { request, answer: answerTo(request.url) }], texts }
      turn = run(outside)
    }
    return turn
  }
}
