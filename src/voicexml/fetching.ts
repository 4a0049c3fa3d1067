import type { XmlElement } from './element.ts'
import {
  type FetchPurpose,
  type FetchRequest,
  type Need,
  type Pin,
  pinName,
  shownAddress,
} from './fetch-request.ts'
import type { Document, OutsideSource, Run } from './flow.ts'
import { milliseconds, property } from './properties.ts'
import { LIMITS, raise } from './run.ts'
import { type Sending, sent } from './submission.ts'

/*
 * A turn never fetches. Where it comes to something that it has not been given, it stops with what it
 * needs; the host gets that and runs the turn again from its beginning. Nothing of the run that stopped
 * is kept, so a fetch may stand anywhere: in a loop, in a handler, in a script of a document being loaded.
 */

/** What a stopped run needs; undefined: it stopped for another reason. */
export const needOf = (thrown: unknown): Need | undefined =>
  thrown instanceof Error && 'need' in thrown ? (thrown.need as Need) : undefined

const stop = (need: Need): never => {
  throw Object.assign(new Error('the turn needs something from outside'), { need })
}

/** How long a fetch may take and how old its result may be: attributes of an element, else properties. */
export type Caching = (
  run: Run,
) => Pick<FetchRequest, 'timeoutMs' | 'maxAgeSeconds' | 'maxStaleSeconds'>

/** The attributes `fetchtimeout`, `maxage` and `maxstale` (VoiceXML 2.0 section 6.1). */
export const cachingIn = (element: XmlElement, purpose: FetchPurpose): Caching => {
  const { fetchtimeout, maxage, maxstale } = element.attributes
  const timeout = fetchtimeout === undefined ? null : milliseconds(fetchtimeout)
  const age = maxage === undefined ? null : seconds(maxage)
  const stale = maxstale === undefined ? null : seconds(maxstale)
  return (run) => ({
    timeoutMs: timeout ?? milliseconds(property(run, 'fetchtimeout')),
    maxAgeSeconds: age ?? seconds(property(run, `${purpose}maxage`)),
    maxStaleSeconds: stale ?? seconds(property(run, `${purpose}maxstale`)),
  })
}

/** Properties alone, where no element asks. */
export const usualCaching =
  (purpose: FetchPurpose): Caching =>
  (run) => ({
    timeoutMs: milliseconds(property(run, 'fetchtimeout')),
    maxAgeSeconds: seconds(property(run, `${purpose}maxage`)),
    maxStaleSeconds: seconds(property(run, `${purpose}maxstale`)),
  })

const seconds = (text: string): number | null =>
  /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null

/** A request for an address; what is sent along goes into it. */
export const requestFor = (
  run: Run,
  purpose: FetchPurpose,
  url: string,
  caching: Caching,
  sending?: Sending,
): FetchRequest => ({
  purpose,
  method: sending?.method ?? 'get',
  ...(sending === undefined ? { url, body: null } : sent(url, sending)),
  ...caching(run),
})

/** A source that the call stands on. */
export type Held = { readonly pin: Pin; readonly source: OutsideSource }

/** The source that a request brings; one that cannot be had or used is the event that the specification says. */
export const fetchSource = (run: Run, request: FetchRequest): Held => {
  const { answer } = next(run, request)
  if (answer.kind === 'failed') return raise(answer.event, answer.message)
  const { purpose, url } = request
  const pin: Pin = { purpose, hash: answer.hash, url }
  const source = hold(run, pin, answer.text)
  if (source.kind !== 'unusable') return { pin, source }
  return raise(source.event, `${shownAddress(url)}: ${source.message}`)
}

/** Fetches only for the sake of being asked: nobody looks at what comes back. */
export const fetchNothing = (run: Run, request: FetchRequest): void => {
  const { answer } = next(run, request)
  if (answer.kind === 'failed') raise(answer.event, answer.message)
}

const next = (run: Run, request: FetchRequest) => {
  const { given } = run
  const shown = shownAddress(request.url)
  if (given === null) return raise('error.badfetch', `nothing is fetched here: ${shown}`)
  const index = run.fetches
  if (index >= LIMITS.fetches) {
    return raise('error.badfetch', `more than ${LIMITS.fetches} fetches in one turn: ${shown}`)
  }
  const found = given.fetched[index]
  if (found === undefined || !isSame(found.request, request)) {
    return stop({ kind: 'fetch', request, index })
  }
  run.fetches += 1
  return found
}

const isSame = (one: FetchRequest, other: FetchRequest): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other)

/** Whether the carrier will find a recording at an address; asked once a turn. */
export const isAudible = (run: Run, url: string, caching: Caching): boolean => {
  const known = run.audible?.get(url)
  if (known !== undefined) return known
  if (run.given === null || run.ending !== null || run.fetches >= LIMITS.fetches) return false
  const request: FetchRequest = { ...requestFor(run, 'audio', url, caching), method: 'head' }
  const found = next(run, request).answer.kind === 'text'
  run.audible ??= new Map()
  run.audible.set(url, found)
  return found
}

/** A document by its address. */
export const fetchDocument = (run: Run, request: FetchRequest): Document => {
  const { source } = fetchSource(run, request)
  return source.kind === 'document'
    ? source.document
    : raise('error.badfetch', `no document at ${shownAddress(request.url)}`)
}

/** Makes a text part of what the call stands on. */
const hold = (run: Run, pin: Pin, text: string): OutsideSource => {
  const source = run.flow.outside.find(pin) ?? run.flow.outside.read(pin, text)
  if (source.kind === 'unusable') return source
  run.pinned ??= new Map()
  run.pinned.set(pinName(pin), { pin, source })
  return source
}

/** Takes up what a session stands on; texts that are not at hand are needed. */
export const takeUpPins = (run: Run, pins: readonly Pin[]): void => {
  const missing: string[] = []
  for (const pin of pins) {
    const known = run.flow.outside.find(pin)
    const text = known === undefined ? run.given?.texts.get(pin.hash) : ''
    if (text === undefined) {
      missing.push(pin.hash)
      continue
    }
    const source = hold(run, pin, text)
    if (source.kind !== 'grammar') continue
    run.grammars ??= new Map()
    run.grammars.set(pin.url, source.xml)
  }
  if (missing.length > 0) stop({ kind: 'texts', hashes: missing })
}

/** The document of a pin that the run stands on. */
export const pinnedDocument = (run: Run, pin: Pin | undefined): Document | undefined => {
  const source = pin === undefined ? undefined : run.pinned?.get(pinName(pin))?.source
  return source?.kind === 'document' ? source.document : undefined
}

/** A grammar's address keeps its text from the moment it is listened for until the keys have come. */
export const fetchGrammarXml = (run: Run, url: string, caching: Caching): XmlElement => {
  const known = run.grammars?.get(url)
  if (known !== undefined) return known
  const { source } = fetchSource(run, requestFor(run, 'grammar', url, caching))
  if (source.kind !== 'grammar')
    return raise('error.badfetch', `no grammar at ${shownAddress(url)}`)
  run.grammars ??= new Map()
  run.grammars.set(url, source.xml)
  return source.xml
}
