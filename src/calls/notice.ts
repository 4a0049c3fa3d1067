export const noticeKinds = ['incident', 'planned-work'] as const

export type NoticeKind = (typeof noticeKinds)[number]

export const noticeStates = ['planned', 'in-force', 'ended'] as const

export type NoticeState = (typeof noticeStates)[number]

/** Words or a recording for each language, as callers get to hear them. */
export type NoticeContent = {
  /** Language (BCP 47) → what is said. */
  readonly texts: Readonly<Record<string, string>>
  /** Language → path of a recording in the flow folder, played in place of the text. */
  readonly recordings: Readonly<Record<string, string>>
}

/** Something that callers hear before the menu while it lasts. */
export type Notice = NoticeContent & {
  readonly id: string
  readonly kind: NoticeKind
  /** Numbers of the lines it is heard on, E.164; null = all. */
  readonly lines: readonly string[] | null
  readonly from: Temporal.Instant
  /** When it ends by itself; null = when somebody ends it. */
  readonly until: Temporal.Instant | null
  /** When somebody ended it. */
  readonly endedAt: Temporal.Instant | null
  readonly createdAt: Temporal.Instant
  /** Role of the person. */
  readonly createdBy: string
}

export const noticeState = (
  { from, until, endedAt }: Pick<Notice, 'from' | 'until' | 'endedAt'>,
  now: Temporal.Instant,
): NoticeState => {
  if (endedAt !== null || (until !== null && Temporal.Instant.compare(until, now) <= 0))
    return 'ended'
  return Temporal.Instant.compare(from, now) <= 0 ? 'in-force' : 'planned'
}

/** What a caller is to hear of one notice. */
export type HeardNotice = {
  readonly language: string
  /** '' where there is only a recording. */
  readonly text: string
  /** Path of a recording from the root of the flow folder; '' = none. */
  readonly recording: string
}

/**
 * The notices in force on a line, incidents first, each in the first of the languages that it has.
 * A recording counts only where `hasRecording`: the version of a call may be older or newer.
 */
export const heardNotices = (
  notices: readonly Notice[],
  line: string | null,
  languages: readonly string[],
  hasRecording: (path: string) => boolean,
  now: Temporal.Instant,
): readonly HeardNotice[] =>
  notices
    .filter(
      (notice) =>
        noticeState(notice, now) === 'in-force' &&
        (notice.lines === null || (line !== null && notice.lines.includes(line))),
    )
    .sort(byUrgency)
    .flatMap((notice) => {
      for (const language of languages) {
        const text = notice.texts[language] ?? ''
        const recording = notice.recordings[language] ?? ''
        const isPlayable = recording !== '' && hasRecording(recording)
        if (text !== '' || isPlayable)
          return [{ language, text, recording: isPlayable ? `/${recording}` : '' }]
      }
      return []
    })

const byUrgency = (a: Notice, b: Notice): number =>
  noticeKinds.indexOf(a.kind) - noticeKinds.indexOf(b.kind) ||
  Temporal.Instant.compare(a.from, b.from)
