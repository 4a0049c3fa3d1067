import { brokenRule, hashPassword, isPassword, type PasswordRule } from './password.ts'
import type { OperatorStore, OwnPasswords, SignedIn, SignInLimits } from './ports.ts'

export type OwnPasswordPorts = {
  readonly operators: Pick<OperatorStore, 'credentials'>
  readonly passwords: OwnPasswords
  readonly limits: SignInLimits
}

export type OwnPasswordOutcome =
  | { readonly kind: 'changed' }
  /** The old one is not right, or no longer: nothing has changed. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'refused'; readonly rule: PasswordRule | 'unchanged' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/**
 * An operator changes the own password and stays signed in here, and nowhere else. Who sits at a console
 * that was left open has no more tries to guess the old one than at the door: both count together.
 */
export const changeOwnPassword = async (
  { operators, passwords, limits }: OwnPasswordPorts,
  session: SignedIn,
  given: { readonly oldPassword: string; readonly newPassword: string },
  address: string,
): Promise<OwnPasswordOutcome> => {
  const { login } = session
  const rule =
    brokenRule(given.newPassword, login) ??
    (given.newPassword === given.oldPassword ? 'unchanged' : null)
  if (rule !== null) return { kind: 'refused', rule }
  const attempt = await limits.attempt(login, address)
  if (attempt !== 'go') return { kind: 'too-many', retryAfterSeconds: attempt }
  const before = (await operators.credentials(login))?.passwordHash ?? null
  if (before === null || !(await isPassword(given.oldPassword, before))) return { kind: 'wrong' }
  const after = await hashPassword(given.newPassword)
  if (!(await passwords.renew(session, before, after, address))) return { kind: 'wrong' }
  await limits.forget(login, address)
  return { kind: 'changed' }
}
