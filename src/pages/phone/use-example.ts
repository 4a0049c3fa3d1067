import { useEffect, useState } from 'react'
import type { PhoneExample } from '../../simulator/phone-protocol.ts'

/** An application to ask for, if the server has one; the page is complete without it. */
export function useExample(): PhoneExample | null {
  const [example, setExample] = useState<PhoneExample | null>(null)

  useEffect(() => {
    const leaving = new AbortController()
    fetch('/phone/example', { signal: leaving.signal, headers: { accept: 'application/json' } })
      .then(async (response) => {
        if (response.ok) setExample((await response.json()) as PhoneExample | null)
      })
      .catch(() => {})
    return () => leaving.abort()
  }, [])

  return example
}
