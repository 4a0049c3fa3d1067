import { createHash } from 'node:crypto'
import {
  type FetchAnswer,
  type Fetched,
  type FetchRequest,
  type Given,
  nothingGiven,
} from '../../../src/voicexml/fetch-request.ts'
import { resumeWith, startWith, type Unmet } from '../../../src/voicexml/interpret.ts'
import type { Setting } from '../../../src/voicexml/setting.ts'
import type { Input, Turn } from '../../../src/voicexml/turn.ts'
import { compile, type Files } from './talk.ts'

/** What servers answer: a text, or the event of a failure. Undefined is a 404. */
export type Servers = (request: FetchRequest) => string | { readonly fails: string } | undefined

export type WebTalk = {
  readonly turn: Turn
  readonly said: readonly string[]
  readonly thrown: readonly string[]
  readonly messages: readonly string[]
  readonly logged: readonly string[]
  /** Of the last turn, in order. */
  readonly requests: readonly FetchRequest[]
  readonly size: number
  readonly press: (digits: string) => WebTalk
  readonly hangup: () => WebTalk
}

/**
 * Calls documents that fetch. Every turn is taken by a node that has compiled everything anew and knows
 * nothing but the session and the texts that were kept; the session goes through JSON.
 */
export const webTalk = (files: Files, servers: Servers, document = 'main.vxml'): WebTalk => {
  const kept = new Map<string, string>()
  const settingOf = (): Setting => ({
    flow: compile(files).flow,
    catalogues: new Map(),
    hasAudio: () => false,
  })
  const take = (run: (setting: Setting, given: Given) => Turn | Unmet): WebTalk => {
    const setting = settingOf()
    const requests: FetchRequest[] = []
    let given: Given = nothingGiven
    for (let rounds = 0; rounds < 60; rounds += 1) {
      const tried = run(setting, given)
      if (!('need' in tried)) return told(tried, requests)
      const { need } = tried
      if (need.kind === 'texts') {
        const texts = need.hashes.map((hash): [string, string] => [hash, kept.get(hash) ?? ''])
        given = { ...given, texts: new Map([...given.texts, ...texts]) }
      } else {
        requests.push(need.request)
        const fetched = fetchedFrom(servers, need.request)
        if (fetched.answer.kind === 'text') kept.set(fetched.answer.hash, fetched.answer.text)
        given = { ...given, fetched: [...given.fetched.slice(0, need.index), fetched] }
      }
    }
    throw new Error('the turn never has enough')
  }
  const told = (turn: Turn, requests: readonly FetchRequest[]): WebTalk => {
    const session = turn.session === null ? null : JSON.stringify(turn.session)
    const go = (input: Input): WebTalk => {
      if (session === null) throw new Error('the call has ended')
      return take((setting, given) => resumeWith(JSON.parse(session), input, setting, given))
    }
    return {
      turn,
      said: turn.prompts.map(({ segments }) =>
        segments
          .flatMap((each) => (each.kind === 'speech' ? each.parts.map(String) : []))
          .join(' '),
      ),
      thrown: turn.events.flatMap((event) => (event.type === 'event' ? [event.name] : [])),
      messages: turn.events.flatMap((event) => (event.type === 'event' ? [event.message] : [])),
      logged: turn.events.flatMap((event) => (event.type === 'log' ? [event.text] : [])),
      requests,
      size: session?.length ?? 0,
      press: (digits) => go({ kind: 'digits', digits }),
      hangup: () => go({ kind: 'hangup' }),
    }
  }
  return take((setting, given) =>
    startWith(setting, { document, language: 'en-US', session: {} }, given),
  )
}

export const fetchedFrom = (servers: Servers, request: FetchRequest): Fetched => {
  const found = servers(request)
  const answer: FetchAnswer =
    typeof found === 'string'
      ? { kind: 'text', text: found, hash: createHash('sha256').update(found).digest('hex') }
      : { kind: 'failed', event: found?.fails ?? 'error.badfetch.http.404', message: 'not there' }
  return { request, answer }
}

/** Servers of fixed pages by address. */
export const pages =
  (contents: Readonly<Record<string, string>>): Servers =>
  ({ url }) =>
    contents[url]
