import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type HashCost, slowHash, usualCost } from '../cases/slow-hash.ts'

const shortest = 12
const longest = 128

/** What may be wrong with a password that somebody chose. */
export const passwordRules = {
  'too-short': `The password is shorter than ${shortest} characters`,
  'too-long': `The password is longer than ${longest} characters`,
  'too-plain': 'The password has fewer than five different characters',
  'has-login': 'The password contains the login',
} as const

export type PasswordRule = keyof typeof passwordRules

/** The first rule that a password breaks; null = none. */
export const brokenRule = (password: string, login: string): PasswordRule | null => {
  const characters = [...password]
  if (characters.length < shortest) return 'too-short'
  if (characters.length > longest) return 'too-long'
  if (new Set(characters).size < 5) return 'too-plain'
  return password.toLowerCase().includes(login.toLowerCase()) ? 'has-login' : null
}

/** What is wrong with a password that somebody chose, as a sentence; null = nothing. */
export const passwordFault = (password: string, login: string): string | null => {
  const rule = brokenRule(password, login)
  return rule === null ? null : passwordRules[rule]
}

/** Random words nobody has to invent: 15 bytes, 20 characters. */
export const newPassword = (): string => randomBytes(15).toString('base64url')

/** Argon2id in the PHC string format, with a salt of its own. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, 32, usualCost)
  const { memory, passes, parallelism } = usualCost
  const parameters = `m=${memory},t=${passes},p=${parallelism}`
  return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(hash)}`
}

/**
 * Whether a password is the one that was hashed. Without a hash the answer is no, after the same work,
 * so that the time taken does not tell whether there was one.
 */
export const isPassword = async (password: string, stored: string | null): Promise<boolean> => {
  const { salt, hash, ...given } = (stored === null ? null : parse(stored)) ?? nobody
  const same = timingSafeEqual(await derive(password, salt, hash.length, given), hash)
  return same && stored !== null
}

const phc =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

const parse = (text: string) => {
  const [, memory, passes, parallelism, salt = '', hash = ''] = phc.exec(text) ?? []
  if (memory === undefined) throw new Error('A stored password is not in the PHC format')
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

const nobody = { ...usualCost, salt: randomBytes(16), hash: randomBytes(32) }

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/** The same characters, however a keyboard composes them. */
const derive = (password: string, salt: Buffer, tagLength: number, cost: HashCost) =>
  slowHash(password.normalize('NFKC'), salt, tagLength, cost)
