import type {
  CallView,
  CodeRequest,
  LineView,
  Me,
  PersonRequest,
  PersonSettings,
  PersonView,
  Settings,
  SignIn,
} from '../../web/caller/protocol.ts'
import { learnTime } from './server-clock.ts'

const refusals = [
  'unreachable',
  'signed-out',
  'wrong-code',
  'link-over',
  'too-many',
  'number-not-served',
  'own-number',
  'already-invited',
  'too-many-people',
  'refused',
  'invalid',
] as const

/** Why something was not done, in the server's own words where it has one. */
export type Refusal = (typeof refusals)[number]

export type Answer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** `afterSeconds`: when it may be tried again, where the server tells. */
  | { readonly kind: 'refused'; readonly why: Refusal; readonly afterSeconds: number | null }

/** By this header the server knows its own page from a form elsewhere. */
export const ownPage = { 'x-hotline': '1' } as const

const byStatus = (status: number): Refusal => {
  if (status === 401) return 'signed-out'
  if (status === 429) return 'too-many'
  return status >= 400 && status < 500 ? 'invalid' : 'unreachable'
}

async function refusalOf(answer: Response): Promise<Answer<never>> {
  const body = (await answer.json().catch(() => null)) as { error?: { code?: string } } | null
  const code = body?.error?.code
  const after = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return {
    kind: 'refused',
    why: refusals.find((known) => known === code) ?? byStatus(answer.status),
    afterSeconds: Number.isFinite(after) ? after : null,
  }
}

async function ask<Value>(method: string, path: string, body?: unknown): Promise<Answer<Value>> {
  try {
    const answer = await fetch(`/caller${path}`, {
      method,
      headers: {
        ...ownPage,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    learnTime(answer)
    if (!answer.ok) return refusalOf(answer)
    const value = answer.status === 204 ? undefined : await answer.json()
    return { kind: 'done', value: value as Value }
  } catch {
    return { kind: 'refused', why: 'unreachable', afterSeconds: null }
  }
}

/** @param language as the server names it: of the message, and of whoever is new here */
export const askCode = (request: CodeRequest, language: string) =>
  ask<undefined>('POST', '/code', { ...request, language })
export const signIn = (given: SignIn, language: string) =>
  ask<Me>('POST', '/sign-in', { ...given, language })
export const signInAsGuest = (token: string) => ask<Me>('POST', '/guest', { token })
export const signOut = () => ask<undefined>('POST', '/sign-out')
export const askMe = () => ask<Me>('GET', '/me')
export const changeMe = (settings: Settings) => ask<Me>('PATCH', '/me', settings)

export type CallPage = { readonly items: readonly CallView[]; readonly nextCursor: string | null }

export const askCalls = (cursor: string | null) =>
  ask<CallPage>('GET', cursor === null ? '/calls' : `/calls?cursor=${encodeURIComponent(cursor)}`)

export const askLines = () => ask<{ readonly items: readonly LineView[] }>('GET', '/lines')

export const addPerson = (person: PersonRequest) => ask<PersonView>('POST', '/people', person)
export const confirmPerson = (id: string, code: string) =>
  ask<PersonView>('POST', `/people/${id}/confirm`, { code })
export const askPersonCode = (id: string) => ask<undefined>('POST', `/people/${id}/code`)
export const changePerson = (id: string, settings: Partial<PersonSettings>) =>
  ask<PersonView>('PATCH', `/people/${id}`, settings)
/** By the token of an invitation; without one, a guest ends it. `isForAll`: nobody else may ask either. */
export const refuseTrust = (token: string | null, isForAll: boolean) =>
  ask<undefined>('POST', '/refuse', token === null ? { isForAll } : { token, isForAll })

export const removePerson = (id: string) => ask<undefined>('DELETE', `/people/${id}`)
