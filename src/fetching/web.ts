import { createHash } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import type { ReadRecording, Web } from '../calls/outside.ts'
import { type FetchAnswer, type FetchRequest, shownAddress } from '../voicexml/fetch-request.ts'
import { copies } from './copies.ts'
import { encodeBody } from './form-body.ts'
import { guardedLookup, type Resolve, refusedAddress } from './guarded-lookup.ts'
import { type Exchanged, exchange, makeAgents } from './http-exchange.ts'

export type WebOptions = {
  /** Origins that documents may fetch from, each as `URL.origin` writes it. */
  readonly allow: readonly string[]
  readonly readRecording: ReadRecording
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly resolve?: Resolve
}

/** A fetch takes at most that long, whatever a document says. */
const longestMs = 5_000

/**
 * Fetches for documents: only from origins on the list, only `http` and `https`, no redirections, no more
 * than 1 MB, only UTF-8 text. What goes wrong is an answer with its event, never a rejection. Answers to GET
 * are kept in memory as their servers allow.
 */
export const createWeb = (options: WebOptions): Web & { readonly close: () => void } => {
  const { now, resolve = resolveAll, readRecording } = options
  const allowed = new Set(options.allow)
  const agents = makeAgents()
  const kept = copies(now)

  const ask = async (request: FetchRequest, signal: AbortSignal): Promise<FetchAnswer> => {
    const url = new URL(request.url)
    if (!allowed.has(url.origin)) {
      return failed(`${url.origin} is not an origin that documents may fetch from`)
    }
    if (url.username !== '' || url.password !== '') return failed('addresses carry no passwords')
    const copy = request.method === 'post' ? undefined : kept.find(request)
    if (copy?.isUsable === true) return copy.answer
    const body =
      request.body === null ? null : await encodeBody(request.body, readRecording, signal)
    if (request.body !== null && body === null) return failed('a recording is not to be had')
    const answer = await exchange(
      {
        method: METHODS[request.method],
        url,
        headers: { ...headers(request), ...copy?.validators },
        body,
        lookup: guardedLookup(url, allowed, resolve),
        signal,
      },
      agents,
    )
    if (copy !== undefined && answer.status === 304) {
      copy.renew(answer.headers)
      return copy.answer
    }
    const read = answerOf(request, answer)
    if (request.method !== 'post' && read.kind === 'text') kept.put(request, answer.headers, read)
    return read
  }

  return {
    fetch: async (request, timeoutMs) => {
      const limit = Math.min(timeoutMs, longestMs)
      const controller = new AbortController()
      const { signal } = controller
      const timer = setTimeout(() => controller.abort(), limit)
      try {
        return withAddress(await Promise.race([ask(request, signal), aborted(signal)]), request)
      } catch (error) {
        const message = signal.aborted ? `no answer within ${limit} ms` : reasonOf(error)
        return withAddress(failed(message), request)
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** Rejects when the time is up, whatever else may still hang. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

const resolveAll: Resolve = (hostname) => lookup(hostname, { all: true })

const failed = (message: string, event = 'error.badfetch'): FetchAnswer => ({
  kind: 'failed',
  event,
  message,
})

const withAddress = (answer: FetchAnswer, { url }: FetchRequest): FetchAnswer =>
  answer.kind === 'failed'
    ? { ...answer, message: `${shownAddress(url)}: ${answer.message}` }
    : answer

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: string }
  if (code === refusedAddress || code === undefined) return error.message
  return `${code} ${error.message}`.trim()
}

const METHODS = { get: 'GET', head: 'HEAD', post: 'POST' } as const

const accepted: Readonly<Record<FetchRequest['purpose'], string>> = {
  document: 'application/voicexml+xml, application/xml, text/xml, */*;q=0.1',
  data: 'application/xml, text/xml, */*;q=0.1',
  audio: 'audio/*',
  script: 'application/ecmascript, text/javascript, */*;q=0.1',
  grammar: 'application/srgs+xml, application/xml, text/xml, */*;q=0.1',
}

const manifest: unknown = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

/** Name and version, as VoiceXML 2.0 section 1.2.5 has an interpreter tell them. */
const userAgent = `hotline/${(manifest as { version: string }).version}`

const headers = ({ purpose }: FetchRequest) => ({
  accept: accepted[purpose],
  'accept-encoding': 'gzip, deflate, br',
  'user-agent': userAgent,
})

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const answerOf = (request: FetchRequest, { status, headers, bytes }: Exchanged): FetchAnswer => {
  if (status < 200 || status > 299) {
    const why = status >= 300 && status < 400 ? ', and redirections are not followed' : ''
    return failed(`the server answered ${status}${why}`, `error.badfetch.http.${status}`)
  }
  const type = (headers['content-type'] ?? '').toLowerCase()
  if (request.purpose === 'audio') {
    return /^audio\//.test(type) ? nothing : failed(`what is there is ${type || 'of no type'}`)
  }
  if (/^(image|audio|video|font)\//.test(type)) return failed(`the answer is ${type}`)
  if (request.purpose === 'grammar' && /^(application\/srgs\s*(;|$)|text\/gsl)/.test(type)) {
    return failed(`the grammar is ${type}`, 'error.unsupported.format')
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/.exec(type)?.[1] ?? 'utf-8'
  if (!isReadAs(charset, bytes)) return failed(`the answer is in ${charset}, not UTF-8`)
  const text = textOf(bytes)
  if (text === null) return failed('the answer is not UTF-8 text')
  return { kind: 'text', text, hash: hashOf(text) }
}

const nothing: FetchAnswer = Object.freeze({ kind: 'text', text: '', hash: hashOf('') })

/** Plain ASCII is the same in the encodings that web servers name for want of a better one. */
const isReadAs = (charset: string, bytes: Buffer): boolean =>
  /^(utf-?8|us-ascii)$/.test(charset) ||
  (/^(iso-8859-\d{1,2}|latin-?1)$/.test(charset) && bytes.every((byte) => byte < 0x80))

/** Without a byte order mark. */
const textOf = (bytes: Buffer): string | null => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
