/**
 * What happened to those who asked for a person in some interval; counts, so that intervals and queues
 * can be added up and every formula made afterwards.
 */
export type ServiceCounts = {
  /** All who came to the queue. */
  readonly offered: number
  readonly answered: number
  /** Answered within the threshold. */
  readonly answeredInTime: number
  readonly abandoned: number
  /** Abandoned within the threshold. */
  readonly abandonedInTime: number
  /** Left the queue for a callback; neither answered nor abandoned. */
  readonly leftForCallback: number
}

/**
 * Share of calls served in time, by the four formulae in use; each is 0 to 1, or null when nothing was
 * to be divided by. They differ by up to five points on the same day, so a figure is never shown
 * without its name.
 */
export type ServiceLevel = {
  /** In time of those answered: people who gave up are not seen. */
  readonly ofAnswered: number | null
  /** In time of all offered: the strictest. */
  readonly ofOffered: number | null
  /** In time of all offered but those who gave up before the threshold: the most usual. */
  readonly withoutShortAbandons: number | null
  /** Answered or given up in time, of all answered or given up. */
  readonly settledInTime: number | null
}

export const serviceLevel = (counts: ServiceCounts): ServiceLevel => ({
  ofAnswered: share(counts.answeredInTime, counts.answered),
  ofOffered: share(counts.answeredInTime, counts.offered),
  withoutShortAbandons: share(counts.answeredInTime, counts.offered - counts.abandonedInTime),
  settledInTime: share(
    counts.answeredInTime + counts.abandonedInTime,
    counts.answered + counts.abandoned,
  ),
})

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
