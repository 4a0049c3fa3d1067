import { useEffect, useState, useSyncExternalStore } from 'react'
import { noTalk, openTalkLink, type Talk, type TalkLink } from './talk-link.ts'

/**
 * The channel of the call at hand.
 *
 * @param call of an integrated line; null = there is none
 */
export function useTalk(call: string | null): {
  readonly talk: Talk
  readonly link: TalkLink | null
} {
  const [link, setLink] = useState<TalkLink | null>(null)
  useEffect(() => {
    if (call === null) return
    const opened = openTalkLink(call)
    setLink(opened)
    return () => {
      opened.close()
      setLink(null)
    }
  }, [call])
  const talk = useSyncExternalStore(link?.watch ?? nothing, () => link?.current() ?? noTalk)
  return { talk, link }
}

const nothing = () => () => undefined
