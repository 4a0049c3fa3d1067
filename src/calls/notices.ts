import { catchUp } from './catch-up.ts'
import type { FlowSet } from './flow-set.ts'
import {
  type Notice,
  type NoticeContent,
  type NoticeKind,
  type NoticeState,
  noticeState,
} from './notice.ts'
import type { Clock, Flows } from './ports.ts'

export type NoticePosition = { readonly createdAt: Temporal.Instant; readonly id: string }

export type NoticeDraft = NoticeContent & {
  readonly kind: NoticeKind
  readonly lines: readonly string[] | null
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant | null
}

export type NoticeStore = {
  /** Those that have not ended by an instant, whether or not they have begun. */
  unended(at: Temporal.Instant): Promise<readonly Notice[]>
  list(
    filter: { readonly state?: NoticeState; readonly at: Temporal.Instant },
    page: { readonly limit: number; readonly after?: NoticePosition },
  ): Promise<readonly Notice[]>
  create(draft: NoticeDraft & Pick<Notice, 'createdAt' | 'createdBy'>): Promise<Notice>
  /**
   * Changes one in a transaction of its own by what `decide` makes of it: another draft, or null to
   * leave it as it is. Null when there is no such notice.
   */
  change(
    id: string,
    decide: (found: Notice) => Partial<NoticeChange> | null,
  ): Promise<Notice | null>
}

export type NoticeChange = NoticeDraft & { readonly endedAt: Temporal.Instant }

export type NoticePorts = {
  readonly notices: NoticeStore
  readonly flows: Flows
  readonly clock: Clock
  /** Whether the carrier has a voice that reads a language aloud. */
  readonly hasVoice: (language: string) => boolean
  /** Brings what this node's callers hear up to date. */
  readonly refresh: () => Promise<void>
}

export type NoticeOutcome =
  | { readonly kind: 'done'; readonly notice: Notice }
  /** `reason` is a sentence for whoever wrote the notice. */
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'unknown' }

/** Puts up a notice; the next call hears it if it is in force. */
export const createNotice = async (
  ports: NoticePorts,
  draft: Omit<NoticeDraft, 'from'> & { readonly from: Temporal.Instant | null },
  createdBy: string,
): Promise<NoticeOutcome> => {
  const now = ports.clock.now()
  const whole = { ...draft, from: draft.from ?? now }
  const reason = noticeFault(whole, ports.flows.current(), ports.hasVoice, now)
  if (reason !== null) return { kind: 'invalid', reason }
  const notice = await ports.notices.create({ ...whole, createdAt: now, createdBy })
  await ports.refresh()
  return { kind: 'done', notice }
}

/** Changes what is given of a notice that has not ended. */
export const changeNotice = async (
  ports: NoticePorts,
  id: string,
  change: Partial<NoticeDraft>,
): Promise<NoticeOutcome> => {
  const now = ports.clock.now()
  let refusal: NoticeOutcome | null = null
  const notice = await ports.notices.change(id, (found) => {
    refusal = null
    if (noticeState(found, now) === 'ended') refusal = { kind: 'ended' }
    else {
      const reason = noticeFault(
        { ...found, ...change },
        ports.flows.current(),
        ports.hasVoice,
        now,
      )
      if (reason !== null) refusal = { kind: 'invalid', reason }
    }
    return refusal === null ? change : null
  })
  if (notice === null) return { kind: 'unknown' }
  if (refusal !== null) return refusal
  await ports.refresh()
  return { kind: 'done', notice }
}

/** Ends a notice; one that has ended stays as it is. */
export const endNotice = async (ports: NoticePorts, id: string): Promise<NoticeOutcome> => {
  const now = ports.clock.now()
  const notice = await ports.notices.change(id, (found) =>
    noticeState(found, now) === 'ended' ? null : { endedAt: now },
  )
  if (notice === null) return { kind: 'unknown' }
  await ports.refresh()
  return { kind: 'done', notice }
}

/**
 * Why a notice cannot be put up; null = it can. Every language of its lines must be served: by a text
 * that a voice can read or by a recording of the flow folder. A language without a voice may be left
 * out if there is a text in another: flows tell their callers that there is one.
 */
export const noticeFault = (
  { texts, recordings, lines, from, until }: NoticeDraft,
  { lines: known, audio }: Pick<FlowSet, 'lines' | 'audio'>,
  hasVoice: (language: string) => boolean,
  now: Temporal.Instant,
): string | null => {
  const stray = lines?.find((number) => !known.has(number))
  if (stray !== undefined) return `there is no line ${stray}`
  if (until !== null && Temporal.Instant.compare(until, from) <= 0)
    return 'until must be later than from'
  if (until !== null && Temporal.Instant.compare(until, now) <= 0)
    return 'until must lie in the future'
  const mute = Object.keys(texts).find((language) => !hasVoice(language))
  if (mute !== undefined)
    return `no voice reads ${mute}: name a recording of the flow folder, or leave the language out`
  const missing = Object.entries(recordings).find(([, path]) => !audio.has(path))
  if (missing !== undefined) return `the flow folder has no recording ${missing[1]}`
  const spoken = new Set([...known.values()].flatMap(({ languages }) => languages))
  const foreign = [...Object.keys(texts), ...Object.keys(recordings)].find(
    (language) => !spoken.has(language),
  )
  if (foreign !== undefined) return `no line speaks ${foreign}`
  const isServed = (language: string): boolean =>
    Object.hasOwn(recordings, language) ||
    (hasVoice(language) ? Object.hasOwn(texts, language) : Object.keys(texts).length > 0)
  for (const { number, languages } of known.values()) {
    if (lines !== null && !lines.includes(number)) continue
    const unserved = languages.find((language) => !isServed(language))
    if (unserved !== undefined)
      return `line ${number} speaks ${unserved}, and there is neither a text nor a recording in it`
  }
  return null
}

/** The notices that may be heard now or later, in the memory of this node. */
export type NoticeBoard = {
  current(): readonly Notice[]
  /** Reads them anew. */
  refresh(): Promise<void>
}

/** Empty until it is refreshed for the first time. */
export const noticeBoard = (store: Pick<NoticeStore, 'unended'>, clock: Clock): NoticeBoard => {
  let notices: readonly Notice[] = []
  return {
    current: () => notices,
    refresh: catchUp(async () => {
      notices = await store.unended(clock.now())
    }),
  }
}
