import { createHash, randomBytes } from 'node:crypto'
import { isPassword } from './password.ts'
import type { OperatorStore, SessionStore, SignedIn, SignInLimits } from './ports.ts'
import { stepOfCode } from './totp.ts'

export type SignInPorts = {
  readonly operators: Pick<OperatorStore, 'credentials' | 'takeTotpStep'>
  readonly sessions: Pick<SessionStore, 'open'>
  readonly limits: SignInLimits
  readonly clock: { readonly now: () => Temporal.Instant }
}

export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly token: string; readonly session: SignedIn }
  /** Unknown login, wrong password, disabled, wrong or used code: nobody is told which. */
  | { readonly kind: 'refused' }
  /** The password is right, a code of the second factor is asked for. */
  | { readonly kind: 'code-required' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/** A session is over after this, whatever is done in it: a long shift. */
export const sessionSeconds = 12 * 3600

/** Opens a session; its token is told here and nowhere else. */
export const signIn = async (
  ports: SignInPorts,
  given: { readonly login: string; readonly password: string; readonly code: string | null },
  address: string,
): Promise<SignInOutcome> => {
  const login = given.login.trim().toLowerCase()
  const attempt = await ports.limits.attempt(login, address)
  if (attempt !== 'go') return { kind: 'too-many', retryAfterSeconds: attempt }
  const known = await ports.operators.credentials(login)
  const isRight = await isPassword(given.password, known?.passwordHash ?? null)
  if (known === null || known.isDisabled || !isRight) return { kind: 'refused' }
  if (known.totpSecret !== null) {
    if (given.code === null) return { kind: 'code-required' }
    const step = stepOfCode(known.totpSecret, given.code, ports.clock.now())
    if (step === null || !(await ports.operators.takeTotpStep(login, step)))
      return { kind: 'refused' }
  }
  const token = randomBytes(32).toString('base64url')
  const session = await ports.sessions.open(
    login,
    known.passwordHash,
    tokenHash(token),
    sessionSeconds,
  )
  if (session === null) return { kind: 'refused' }
  await ports.limits.forget(login, address)
  return { kind: 'signed-in', token, session }
}

/** What is kept of a token. */
export const tokenHash = (token: string): Uint8Array => createHash('sha256').update(token).digest()
