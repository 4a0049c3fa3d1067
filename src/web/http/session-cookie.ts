/** Operators and callers are signed in beside each other, in one browser too. */
export type CookieName = 'hotline' | 'hotline-caller'

/** With `https` a name that browsers take from this very host alone. */
const nameFor = (publicUrl: string, name: CookieName): string =>
  publicUrl.startsWith('https:') ? `__Host-${name}` : name

const attributes = (publicUrl: string): string =>
  `Path=/; HttpOnly; SameSite=Strict${publicUrl.startsWith('https:') ? '; Secure' : ''}`

/** `Set-Cookie` that gives a browser its session. */
export const sessionCookie = (
  publicUrl: string,
  token: string,
  seconds: number,
  name: CookieName = 'hotline',
): string => `${nameFor(publicUrl, name)}=${token}; Max-Age=${seconds}; ${attributes(publicUrl)}`

/** `Set-Cookie` that takes it away. */
export const noSessionCookie = (publicUrl: string, name: CookieName = 'hotline'): string =>
  `${nameFor(publicUrl, name)}=; Max-Age=0; ${attributes(publicUrl)}`

/** The token of a request's session; null when there is none, or something that is no token. */
export const tokenOfCookies = (
  header: string | undefined,
  publicUrl: string,
  name: CookieName = 'hotline',
): string | null => {
  const start = `${nameFor(publicUrl, name)}=`
  const tokens = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .map((pair) => pair.slice(start.length))
  const [token] = tokens
  // Two of the same name: somebody put one there.
  return tokens.length === 1 && token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token)
    ? token
    : null
}
