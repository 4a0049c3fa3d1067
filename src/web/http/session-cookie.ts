const plainName = 'hotline'

/** With `https` a name that browsers take from this very host alone. */
const nameFor = (publicUrl: string): string =>
  publicUrl.startsWith('https:') ? `__Host-${plainName}` : plainName

const attributes = (publicUrl: string): string =>
  `Path=/; HttpOnly; SameSite=Strict${publicUrl.startsWith('https:') ? '; Secure' : ''}`

/** `Set-Cookie` that gives a browser its session. */
export const sessionCookie = (publicUrl: string, token: string, seconds: number): string =>
  `${nameFor(publicUrl)}=${token}; Max-Age=${seconds}; ${attributes(publicUrl)}`

/** `Set-Cookie` that takes it away. */
export const noSessionCookie = (publicUrl: string): string =>
  `${nameFor(publicUrl)}=; Max-Age=0; ${attributes(publicUrl)}`

/** The token of a request's session; null when there is none, or something that is no token. */
export const tokenOfCookies = (header: string | undefined, publicUrl: string): string | null => {
  const name = nameFor(publicUrl)
  const tokens = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  const [token] = tokens
  // Two of the same name: somebody put one there.
  return tokens.length === 1 && token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token)
    ? token
    : null
}
