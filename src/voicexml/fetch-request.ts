import type { Recording } from './recording.ts'

/** What a fetched text is to be. */
export type FetchPurpose = 'document' | 'data' | 'script' | 'grammar' | 'audio'

/** Something from outside that a turn cannot go on without; plain data, the same for the same turn. */
export type FetchRequest = {
  readonly purpose: FetchPurpose
  /** `head` only asks whether it is there: the carrier fetches recordings itself. */
  readonly method: 'get' | 'post' | 'head'
  /** Absolute `http` or `https`, without a fragment; values sent by `get` are in its query. */
  readonly url: string
  /** Null but with `post`. */
  readonly body: FormBody | null
  /** As `fetchtimeout` says; null: it says nothing. */
  readonly timeoutMs: number | null
  /** How old a kept copy may be; null: as long as its server calls it fresh. */
  readonly maxAgeSeconds: number | null
  /** How long a kept copy may have been out of date; null: not at all. */
  readonly maxStaleSeconds: number | null
}

export type FormBody = {
  readonly enctype: 'application/x-www-form-urlencoded' | 'multipart/form-data'
  readonly entries: readonly FormEntry[]
}

export type FormEntry =
  | { readonly name: string; readonly value: string }
  /** Sent as a file, which the host fetches from where it is kept. */
  | { readonly name: string; readonly recording: Recording }

/** What came of a request. */
export type FetchAnswer =
  /** `hash` names the text: the same text has the same, no other text has it. */
  | { readonly kind: 'text'; readonly text: string; readonly hash: string }
  /** The event that the document gets, such as `error.badfetch.http.404`. */
  | { readonly kind: 'failed'; readonly event: string; readonly message: string }

/** A request with its answer. */
export type Fetched = { readonly request: FetchRequest; readonly answer: FetchAnswer }

/** One text from outside that a call stands on: it sees this text until it fetches again. */
export type Pin = { readonly purpose: FetchPurpose; readonly hash: string; readonly url: string }

/** What a turn has been given from outside. */
export type Given = {
  /** In the order asked. A turn run again asks the same, and gets the same. */
  readonly fetched: readonly Fetched[]
  /** Texts of pins by hash. */
  readonly texts: ReadonlyMap<string, string>
}

/** What a turn lacks. It is run again from its beginning when it is there: nothing has happened yet. */
export type Need =
  /** `index`: how many of the answers given it has used; those after them are of no use. */
  | { readonly kind: 'fetch'; readonly request: FetchRequest; readonly index: number }
  | { readonly kind: 'texts'; readonly hashes: readonly string[] }

export const nothingGiven: Given = Object.freeze({ fetched: [], texts: new Map() })

/** Names a pin among others. Begins with the hash, so that what refers to it can be found in a saved session. */
export const pinName = ({ purpose, hash, url }: Pin): string => `${hash} ${purpose} ${url}`

/** An address as it may be shown: values sent by `get` stay private. */
export const shownAddress = (url: string): string => {
  const query = url.indexOf('?')
  return query < 0 ? url : `${url.slice(0, query)}?…`
}
