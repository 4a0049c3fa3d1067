import type { Json } from './rest-answers.ts'

/** An error body as Twilio's REST API writes it. */
export type RestFault = { readonly status: number; readonly code: number; readonly message: string }

/** What the API makes of a request. */
export type Outcome =
  | { readonly kind: 'found' | 'made'; readonly body: Json }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'fault'; readonly fault: RestFault }

/** One request to the API, read. */
export type Ask = {
  readonly form: URLSearchParams
  readonly query: URLSearchParams
  /** Parts of the path by name, `sid` and the like, without `.json`. */
  readonly parts: Readonly<Record<string, string>>
  readonly path: string
  /** Path and query, from which the addresses of other pages are made. */
  readonly url: string
  /** The request's own SID. */
  readonly request: string
}

/** Adds one route of the account; `path` begins after the account's SID. */
export type AddRoute = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  handle: (ask: Ask) => Outcome,
) => void

export const found = (body: Json): Outcome => ({ kind: 'found', body })
export const made = (body: Json): Outcome => ({ kind: 'made', body })

export const fault = (status: number, code: number, message: string): Outcome => ({
  kind: 'fault',
  fault: { status, code, message },
})

export const notFound = (path: string): Outcome =>
  fault(404, 20404, `The requested resource ${path} was not found`)

export const methodIn = (form: URLSearchParams, name: string, absent: 'GET' | 'POST' = 'POST') => {
  const method = form.get(name)?.toUpperCase()
  return method === 'GET' || method === 'POST' ? method : absent
}

/** A field that is given and not empty. */
export const fieldOf = (form: URLSearchParams, name: string): string | null =>
  form.get(name) || null

/** A flag that is given; undefined otherwise. */
export const flagOf = (form: URLSearchParams, name: string): boolean | undefined =>
  form.has(name) ? form.get(name) === 'true' : undefined

/** A whole number within its bounds, or what stands for it when there is none. */
export const countOf = (form: URLSearchParams, name: string, absent: number, most: number) => {
  const text = form.get(name) ?? ''
  return /^\d{1,9}$/.test(text) ? Math.min(most, Number(text)) : absent
}

export const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:/i.test(url)
