import type { Parameters } from './signature.ts'

export type Method = 'GET' | 'POST'

/** A document to fetch; `parameters` come on top of those every request has. */
export type DocumentRequest = {
  readonly url: string
  readonly method: Method
  readonly parameters: Parameters
}
