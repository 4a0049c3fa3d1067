import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const stepSeconds = 30
const digits = 6

/** 160 random bits, as RFC 4226 asks for. */
export const newTotpSecret = (): Uint8Array => randomBytes(20)

/** Number of the time step that an instant lies in. */
export const totpStep = (at: Temporal.Instant): number =>
  Math.floor(at.epochMilliseconds / 1000 / stepSeconds)

/** The code of a time step: RFC 6238 with HMAC-SHA-1, what authenticator apps compute. */
export const totpCode = (secret: Uint8Array, step: number, length = digits): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  const value = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** length
  return String(value).padStart(length, '0')
}

/**
 * The time step whose code this is: of now, or of a neighbour for clocks that go wrong; null when it is
 * none. Whoever accepts it keeps the step, so that no code is used twice.
 */
export const stepOfCode = (
  secret: Uint8Array,
  code: string,
  at: Temporal.Instant,
): number | null => {
  if (!/^\d{6}$/.test(code)) return null
  const now = totpStep(at)
  const given = Buffer.from(code)
  const found = [now, now - 1, now + 1].filter((step) =>
    timingSafeEqual(Buffer.from(totpCode(secret, step)), given),
  )
  return found[0] ?? null
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The address that an authenticator app reads from a picture; tells the secret. */
export const totpAddress = (secret: Uint8Array, login: string): string =>
  `otpauth://totp/hotline:${encodeURIComponent(login)}?secret=${base32(secret)}&issuer=hotline`

/** RFC 4648 without padding. */
export const base32 = (bytes: Uint8Array): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)] ?? '')
    .join('')
}
