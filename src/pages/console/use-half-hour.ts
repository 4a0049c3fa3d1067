import { useEffect, useState } from 'react'

/** A call of the call log, as far as it is listed. */
export type ListedCall = {
  readonly callSid: string
  readonly startedAt: string
  readonly topic: string | null
  readonly queue: string | null
  readonly outcome: string
  readonly operator: string | null
}

export type HalfHourCalls =
  | { readonly kind: 'loading' | 'failed' }
  /** `isCut`: there are more. */
  | { readonly kind: 'calls'; readonly calls: readonly ListedCall[]; readonly isCut: boolean }

const most = 200

/** Calls that began within half an hour, asked of the server once. */
export function useHalfHour(from: string, to: string): HalfHourCalls {
  const [found, setFound] = useState<HalfHourCalls & { readonly from: string }>({
    kind: 'loading',
    from,
  })
  useEffect(() => {
    const controller = new AbortController()
    read(from, to, controller.signal)
      .then((calls) => setFound({ ...calls, from }))
      .catch(() => {
        if (!controller.signal.aborted) setFound({ kind: 'failed', from })
      })
    return () => controller.abort()
  }, [from, to])
  return found.from === from ? found : { kind: 'loading' }
}

const read = async (from: string, to: string, signal: AbortSignal): Promise<HalfHourCalls> => {
  const query = new URLSearchParams({ from, to, limit: String(most) })
  const answer = await fetch(`/api/calls?${query}`, { signal })
  if (!answer.ok) return { kind: 'failed' }
  const page = (await answer.json()) as { items: ListedCall[]; nextCursor: string | null }
  return { kind: 'calls', calls: page.items.toReversed(), isCut: page.nextCursor !== null }
}
