import { useEffect, useState, useSyncExternalStore } from 'react'
import { type Link, openLink } from './link.ts'
import { isSignedIn } from './session.ts'
import { empty, type Station } from './station.ts'

const socketUrl = () =>
  new URL('/operator/socket', window.location.href.replace(/^http/, 'ws')).href

/**
 * The connection of a signed-in operator, and what it has brought.
 *
 * @param onSignedOut the server has ended the session
 */
export function useLink(onSignedOut: () => void): { station: Station; link: Link | null } {
  const [link, setLink] = useState<Link | null>(null)

  useEffect(() => {
    const opened = openLink({
      url: socketUrl(),
      onLost: async (isOver) => {
        if (isOver || (await isSignedIn()) === false) onSignedOut()
      },
    })
    setLink(opened)
    return () => opened.close()
  }, [onSignedOut])

  const station = useSyncExternalStore(link ? link.watch : nothing, () => link?.current() ?? empty)
  return { station, link }
}

const nothing = () => () => undefined
