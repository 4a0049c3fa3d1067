/** What the server tells of the recording of a call. */
export type FoundRecording =
  | {
      readonly kind: 'audible'
      readonly id: string
      readonly startedAt: string
      readonly milliseconds: number
      /** Where the sound was interrupted, from the beginning. */
      readonly breaks: readonly { readonly atMs: number; readonly ms: number }[]
    }
  /** `none`: not recorded, or not one's own; `gone`: deleted; `unreachable`: the server cannot be asked. */
  | { readonly kind: 'none' | 'gone' | 'unreachable' }

type Listed = {
  readonly id: string
  readonly startedAt: string
  readonly milliseconds: number
  readonly isAudible: boolean
  readonly breaks: readonly { readonly atMs: number; readonly ms: number }[]
}

/** @param call the carrier's identifier of the call */
export async function findRecording(call: string): Promise<FoundRecording> {
  try {
    const answer = await fetch(`/api/recordings?call=${encodeURIComponent(call)}`)
    if (!answer.ok) return { kind: answer.status >= 500 ? 'unreachable' : 'none' }
    const { items } = (await answer.json()) as { items: readonly Listed[] }
    const [found] = items
    if (found === undefined) return { kind: 'none' }
    return found.isAudible ? { kind: 'audible', ...found } : { kind: 'gone' }
  } catch {
    return { kind: 'unreachable' }
  }
}

/** Where its sound is; whoever opens it has said why, and that is noted. */
export const soundUrl = (id: string, reason: string): string =>
  `/api/recordings/${id}/audio?reason=${encodeURIComponent(reason)}`
