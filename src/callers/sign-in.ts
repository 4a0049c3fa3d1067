import { dialable } from '../numbers/dialable.ts'
import type { AppSession, CallerLanguage } from './caller.ts'
import type { SignInStore } from './ports.ts'
import { newToken, type Secrets, tokenHash } from './secrets.ts'

export type SignInPorts = {
  readonly store: SignInStore
  readonly secrets: Pick<Secrets, 'isCode'>
  /** Numbers of this system: nobody signs in with one. */
  readonly own: () => ReadonlySet<string>
}

export type CodeRequested =
  | { readonly kind: 'sent' }
  /** No number that codes are sent to. This follows from the number alone: it tells nothing of anybody. */
  | { readonly kind: 'not-served' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/** Has a one-time code sent, whoever has the number. */
export const requestCode = async (
  ports: SignInPorts,
  wish: {
    readonly phone: string
    readonly by: 'sms' | 'call'
    readonly language: CallerLanguage | null
  },
  address: string,
): Promise<CodeRequested> => {
  const read = dialable(wish.phone, ports.own())
  if (read.kind === 'refused') return { kind: 'not-served' }
  const outcome = await ports.store.request({ ...wish, phone: read.number, address })
  return outcome === 'sent' ? { kind: 'sent' } : { kind: 'too-many', retryAfterSeconds: outcome }
}

export type SignedIn =
  | { readonly kind: 'signed-in'; readonly token: string; readonly session: AppSession }
  /** Wrong, used or expired code, or a link that is over: nobody is told which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/** Opens a session for a number and the code sent to it; its token is told here and nowhere else. */
export const signIn = async (
  ports: SignInPorts,
  given: {
    readonly phone: string
    readonly code: string
    readonly language: CallerLanguage | null
  },
  address: string,
): Promise<SignedIn> => {
  const read = dialable(given.phone, ports.own())
  if (read.kind === 'refused') return { kind: 'refused' }
  const token = newToken()
  const opened = await ports.store.signIn({
    phone: read.number,
    address,
    language: given.language,
    tokenHash: tokenHash(token),
    isCode: (codeId) => ports.secrets.isCode(given.code, codeId),
  })
  return signedIn(token, opened)
}

/** Opens the session of a trusted person by the link in a message. */
export const signInGuest = async (
  ports: Pick<SignInPorts, 'store'>,
  linkToken: string,
  address: string,
): Promise<SignedIn> => {
  const token = newToken()
  const opened = await ports.store.signInGuest({
    linkHash: tokenHash(linkToken),
    tokenHash: tokenHash(token),
    address,
  })
  return signedIn(token, opened)
}

const signedIn = (token: string, opened: AppSession | 'wrong' | 'over' | number): SignedIn => {
  if (typeof opened === 'number') return { kind: 'too-many', retryAfterSeconds: opened }
  if (typeof opened === 'string') return { kind: 'refused' }
  return { kind: 'signed-in', token, session: opened }
}
