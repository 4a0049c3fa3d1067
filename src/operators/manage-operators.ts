import type { Operator } from './operator.ts'
import { hashPassword, passwordFault } from './password.ts'
import type { NewOperator, OperatorChanges, OperatorStore } from './ports.ts'

export type ManagePorts = {
  readonly operators: Pick<OperatorStore, 'create' | 'change' | 'find'>
  /** Stops what rings an operator who is no longer there: the caller keeps the place. */
  readonly stopRinging: (login: string) => Promise<void>
  readonly hint: () => void
}

export type Refused = { readonly kind: 'invalid'; readonly message: string }

const loginForm = /^[a-z0-9][a-z0-9._-]{1,39}$/
const contactForm =
  /^(client:[A-Za-z0-9._-]{1,120}|\+[1-9][0-9]{6,14}|sips?:[^\s@]{1,100}@[^\s@]{1,120})$/
const wordForm = /^[a-z0-9][a-z0-9-]{0,39}$/

/** Makes an operator, signed out. */
export const createOperator = async (
  ports: ManagePorts,
  wish: NewOperator,
): Promise<
  { readonly kind: 'created'; readonly operator: Operator } | { kind: 'exists' } | Refused
> => {
  const { password, ...operator } = wish
  const fault =
    (loginForm.test(operator.login)
      ? null
      : 'login is two to forty of a-z, 0-9, dot, underscore and hyphen') ??
    passwordFault(password, operator.login) ??
    operatorFault(operator)
  if (fault !== null) return { kind: 'invalid', message: fault }
  const normal = { ...operator, languages: operator.languages.map(canonical) }
  const outcome = await ports.operators.create({
    ...normal,
    passwordHash: await hashPassword(password),
  })
  if (outcome === 'exists') return { kind: 'exists' }
  ports.hint()
  return { kind: 'created', operator: { ...normal, isDisabled: false } }
}

export type ChangeWish = Partial<Omit<Operator, 'login'>> & {
  readonly password?: string
  readonly totpSecret?: Uint8Array | null
}

/**
 * Changes an operator. A new password, role or second factor and disabling end all sessions of the
 * operator: whoever sits there has to sign in again, or cannot.
 */
export const changeOperator = async (
  ports: ManagePorts,
  login: string,
  { password, ...wish }: ChangeWish,
): Promise<
  { readonly kind: 'changed'; readonly operator: Operator } | { kind: 'unknown' } | Refused
> => {
  const before = await ports.operators.find(login)
  if (before === null) return { kind: 'unknown' }
  const fault =
    (password === undefined ? null : passwordFault(password, login)) ??
    operatorFault({ ...before, ...wish })
  if (fault !== null) return { kind: 'invalid', message: fault }
  const changes: OperatorChanges = {
    ...wish,
    ...(wish.languages === undefined ? {} : { languages: wish.languages.map(canonical) }),
    ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }),
  }
  const endsSessions =
    password !== undefined ||
    wish.totpSecret !== undefined ||
    (wish.role !== undefined && wish.role !== before.role) ||
    wish.isDisabled === true
  if (!(await ports.operators.change(login, changes, endsSessions))) return { kind: 'unknown' }
  if (endsSessions) await ports.stopRinging(login)
  ports.hint()
  const operator = await ports.operators.find(login)
  return operator === null ? { kind: 'unknown' } : { kind: 'changed', operator }
}

const operatorFault = (
  operator: Pick<Operator, 'name' | 'skills' | 'languages' | 'contact'>,
): string | null => {
  if (operator.name.trim() === '') return 'name is empty'
  if (!operator.skills.every((skill) => wordForm.test(skill)))
    return 'a skill is a word of a-z, 0-9 and hyphen'
  if (operator.languages.length === 0) return 'languages is empty'
  const wrong = operator.languages.find((language) => !isLanguage(language))
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is no language such as ru-RU`
  if (!contactForm.test(operator.contact))
    return 'contact is client:NAME, a number such as +79161234567, or sip:NAME@HOST'
  return null
}

const isLanguage = (tag: string): boolean => {
  try {
    return tag !== '' && Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

const canonical = (tag: string): string => Intl.getCanonicalLocales(tag)[0] ?? tag
