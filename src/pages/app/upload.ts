import type { Unsent } from './kept.ts'
import { ownPage } from './session.ts'

export type UploadOutcome =
  | { readonly kind: 'done' }
  /** The network broke it off; the same again goes on from where it was. */
  | { readonly kind: 'cut' }
  /** The server does not want it, whatever is tried. */
  | { readonly kind: 'refused'; readonly code: string }

export type Uploading = {
  readonly outcome: Promise<UploadOutcome>
  /** Stops it. `forGood`: the server may throw away what it has. */
  readonly stop: (forGood: boolean) => void
}

/** A part that has arrived is never sent again; each costs one more way there and back. */
const partBytes = 512 * 1024

const endpoint = '/caller/channel/photos'

/** No byte taken for so long: the network is dead without saying so. */
const stalledMilliseconds = 20_000

const isLasting = (status: number) =>
  status >= 400 && status < 500 && ![401, 408, 409, 423, 425, 429].includes(status)

const codeOf = (body: string): string => {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code ?? ''
  } catch {
    return ''
  }
}

/**
 * Sends a picture by the tus protocol, from where an earlier try was cut off.
 *
 * @param onUrl told as soon as the server has a place for it, to be kept for the next try
 * @param onProgress the share that the server has, 0 to 1
 */
export function upload(
  item: Extract<Unsent, { kind: 'photo' }>,
  onUrl: (url: string) => void,
  onProgress: (share: number) => void,
): Uploading {
  const { promise, resolve } = Promise.withResolvers<UploadOutcome>()
  let stalled: ReturnType<typeof setTimeout> | undefined
  let abort: (forGood: boolean) => void = () => undefined
  let isStopped = false

  const settle = (outcome: UploadOutcome) => {
    clearTimeout(stalled)
    resolve(outcome)
  }
  const moved = () => {
    clearTimeout(stalled)
    stalled = setTimeout(() => stop(false), stalledMilliseconds)
  }
  const stop = (forGood: boolean) => {
    isStopped = true
    abort(forGood)
    settle({ kind: 'cut' })
  }

  async function go(): Promise<void> {
    const { Upload } = await import('tus-js-client')
    if (isStopped) return
    const sending = new Upload(item.picture, {
      endpoint,
      uploadUrl: item.uploadUrl,
      chunkSize: partBytes,
      headers: { ...ownPage },
      metadata: { channel: item.channel, id: item.id, filetype: item.picture.type },
      // Who waits how long between tries is decided by the channel's link.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => {
        if (sending.url) onUrl(sending.url)
      },
      onProgress: (sent, total) => {
        moved()
        onProgress(total === 0 ? 0 : sent / total)
      },
      onSuccess: () => settle({ kind: 'done' }),
      onError: (error) => {
        const answer = 'originalResponse' in error ? error.originalResponse : null
        const status = answer?.getStatus() ?? 0
        const code = codeOf(answer?.getBody() ?? '')
        if (code === 'exists') settle({ kind: 'done' })
        else settle(isLasting(status) ? { kind: 'refused', code } : { kind: 'cut' })
      },
    })
    abort = (forGood) => void sending.abort(forGood).catch(() => undefined)
    moved()
    sending.start()
  }
  go().catch(() => settle({ kind: 'cut' }))
  return { outcome: promise, stop }
}
