import { createStore, type Watched } from '../channel/store.ts'
import type { Unsent, WhyUnsent } from './kept.ts'
import type { Outbox } from './outbox.ts'
import { type Uploading, type UploadOutcome, upload } from './upload.ts'

type Photo = Extract<Unsent, { kind: 'photo' }>

export type PhotoSender = {
  /** The share of each photo on its way that the server has, 0 to 1, by client id. */
  readonly progress: Watched<ReadonlyMap<string, number>>
  /** The photo on its way; null = none. Over a weak network two at once only arrive later. */
  readonly current: () => string | null
  readonly start: (photo: Photo) => void
  /** Its message is there. */
  readonly arrived: (id: string) => void
  /** Takes it back, on the server too. */
  readonly cancel: (id: string) => void
  readonly close: () => void
}

/** What a refused upload tells; every other word means that nobody could read the picture. */
const refusals: readonly WhyUnsent[] = [
  'chat-closed',
  'call-over',
  'not-allowed',
  'not-a-picture',
  'too-large',
]

/**
 * Sends photos one after the other, each in one tab at a time.
 *
 * @param onEnd told when one is no longer on its way. `cut`: also where another tab sends it
 */
export function createPhotoSender(
  outbox: Pick<Outbox, 'change'>,
  onEnd: (id: string, outcome: UploadOutcome['kind']) => void,
): PhotoSender {
  const progress = createStore<ReadonlyMap<string, number>>(new Map())
  let current: { readonly id: string; uploading: Uploading | null } | null = null

  function forget(id: string): void {
    if (!progress.current().has(id)) return
    const left = new Map(progress.current())
    left.delete(id)
    progress.set(left)
  }

  async function transfer(photo: Photo): Promise<UploadOutcome['kind']> {
    const { id } = photo
    const uploading = upload(
      photo,
      (uploadUrl) => outbox.change(id, { uploadUrl }),
      (share) => progress.set(new Map(progress.current()).set(id, share)),
    )
    if (current?.id === id) current.uploading = uploading
    const outcome = await uploading.outcome
    // How much of a cut one has arrived is known when the next try has asked.
    if (outcome.kind !== 'done') forget(id)
    if (outcome.kind === 'refused') {
      const refused = refusals.find((known) => known === outcome.code) ?? 'broken'
      outbox.change(id, { refused, uploadUrl: null })
    }
    return outcome.kind
  }

  async function carry(photo: Photo): Promise<void> {
    const name = `hotline.photo.${photo.id}`
    const outcome = navigator.locks
      ? await navigator.locks.request(name, { ifAvailable: true }, (lock) =>
          lock === null ? 'cut' : transfer(photo),
        )
      : await transfer(photo)
    current = null
    onEnd(photo.id, outcome)
  }

  return {
    progress,
    current: () => current?.id ?? null,
    start(photo) {
      current = { id: photo.id, uploading: null }
      void carry(photo)
    },
    arrived: forget,
    cancel(id) {
      if (current?.id === id) current.uploading?.stop(true)
      forget(id)
    },
    close: () => current?.uploading?.stop(false),
  }
}
