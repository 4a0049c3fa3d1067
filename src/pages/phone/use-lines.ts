import { useEffect, useState } from 'react'
import type { PhoneLine } from '../../simulator/phone-protocol.ts'

export type Lines =
  | { readonly state: 'loading' | 'failed' }
  | { readonly state: 'loaded'; readonly lines: readonly PhoneLine[] }

/** The shipped lines, asked for when the page opens and again with every new `attempt`. */
export function useLines(attempt: number): Lines {
  const [lines, setLines] = useState<Lines>({ state: 'loading' })

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is the reason to ask again
  useEffect(() => {
    const leaving = new AbortController()
    fetch('/phone/lines', { signal: leaving.signal, headers: { accept: 'application/json' } })
      .then(async (response) => {
        if (!response.ok) throw new Error(`the list of lines came with status ${response.status}`)
        setLines({ state: 'loaded', lines: (await response.json()) as PhoneLine[] })
      })
      .catch(() => {
        if (leaving.signal.aborted) return
        setLines((known) => (known.state === 'loaded' ? known : { state: 'failed' }))
      })
    return () => leaving.abort()
  }, [attempt])

  return lines
}
