import type { IncomingHttpHeaders } from 'node:http'
import type { FetchAnswer, FetchRequest } from '../voicexml/fetch-request.ts'
import { type Freshness, freshnessOf, mayUse } from './freshness.ts'

type TextAnswer = Extract<FetchAnswer, { kind: 'text' }>

type Copy = {
  readonly answer: TextAnswer
  readonly freshness: Freshness
  readonly validators: Readonly<Record<string, string>>
  readonly keptAt: number
}

/** All copies together, in characters. */
const maxCharacters = 16 * 1024 * 1024
const maxCopies = 1_000

/** Answers kept for all calls of this process, the longest unused forgotten first. */
export const copies = (now: () => number) => {
  const kept = new Map<string, Copy>()
  let characters = 0

  const forget = (key: string): void => {
    characters -= kept.get(key)?.answer.text.length ?? 0
    kept.delete(key)
  }
  const keep = (key: string, copy: Copy): void => {
    forget(key)
    kept.set(key, copy)
    characters += copy.answer.text.length
    for (const oldest of kept.keys()) {
      if (kept.size <= maxCopies && characters <= maxCharacters) break
      forget(oldest)
    }
  }
  const put = (request: FetchRequest, headers: IncomingHttpHeaders, answer: TextAnswer): void => {
    const freshness = freshnessOf(headers, now())
    if (freshness === null) forget(keyOf(request))
    else
      keep(keyOf(request), { answer, freshness, validators: validatorsOf(headers), keptAt: now() })
  }
  return {
    /**
     * The copy at an address: whether it may be used as it is, what to ask its server with, and what to do
     * when that says that nothing has changed.
     */
    find: (request: FetchRequest) => {
      const key = keyOf(request)
      const copy = kept.get(key)
      if (copy === undefined) return undefined
      const { answer, freshness, validators, keptAt } = copy
      kept.delete(key)
      kept.set(key, copy)
      return {
        answer,
        validators,
        isUsable: mayUse(freshness, (now() - keptAt) / 1000, request),
        renew: (headers: IncomingHttpHeaders): void => {
          const fresh = freshnessOf(headers, now())
          if (fresh !== null) keep(key, { ...copy, freshness: fresh, keptAt: now() })
        },
      }
    },
    put,
  }
}

const keyOf = ({ method, url }: FetchRequest): string => `${method} ${url}`

const validatorsOf = (headers: IncomingHttpHeaders): Readonly<Record<string, string>> => ({
  ...(headers.etag === undefined ? {} : { 'if-none-match': headers.etag }),
  ...(headers['last-modified'] === undefined
    ? {}
    : { 'if-modified-since': headers['last-modified'] }),
})
