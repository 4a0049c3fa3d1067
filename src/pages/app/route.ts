import { useSyncExternalStore } from 'react'

/** Where in the page the person is, as the address bar tells it after `#`. */
export type Route =
  | { readonly at: 'calls' | 'people' | 'me' }
  | { readonly at: 'call'; readonly channel: string }

export const routeOf = (hash: string): Route => {
  const [name, value] = hash.replace(/^#/, '').split('=')
  if (name === 'people' || name === 'me') return { at: name }
  return name === 'call' && value ? { at: 'call', channel: value } : { at: 'calls' }
}

export const hashOf = (route: Route): string =>
  route.at === 'call' ? `#call=${route.channel}` : `#${route.at}`

/** What a link in a message brought: whom it lets in, or whose invitation it refuses. */
export type Brought = { readonly kind: 'guest' | 'refuse'; readonly token: string }

/** Takes a token out of the address bar at once, where history and shoulders would keep it. */
export function takeToken(): Brought | null {
  const [, kind, token] = /^#(guest|refuse)=([\w-]+)$/.exec(window.location.hash) ?? []
  if (kind === undefined || token === undefined) return null
  window.history.replaceState(null, '', window.location.pathname)
  return { kind: kind as Brought['kind'], token }
}

const watch = (changed: () => void) => {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export const useRoute = (): Route =>
  routeOf(useSyncExternalStore(watch, () => window.location.hash))
