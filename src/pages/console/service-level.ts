import type { QueueView } from '../../web/operator/protocol.ts'

type Today = Omit<QueueView['today'], 'curve'>

/** The ways in use to say how many were answered in time; none is shown without its name. */
export const formulas = ['offered', 'excluding-short', 'answered', 'both'] as const
export type Formula = (typeof formulas)[number]

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

/**
 * Service level of a day, 0 to 1; null when nobody counts yet. `offered`: of all who came, the
 * strictest. `excluding-short`: without those who left within the threshold, the usual one.
 * `answered`: of those who were answered, which hides who gave up. `both`: leaving in time counts as
 * served in time.
 */
export function serviceLevel(today: Today, formula: Formula): number | null {
  const { offered, answered, answeredInTime, abandoned, abandonedInTime } = today
  switch (formula) {
    case 'offered':
      return share(answeredInTime, offered)
    case 'excluding-short':
      return share(answeredInTime, offered - abandonedInTime)
    case 'answered':
      return share(answeredInTime, answered)
    case 'both':
      return share(answeredInTime + abandonedInTime, answered + abandoned)
  }
}

/** The day of all queues together; `isMixed` when not all have the same threshold. */
export function together(queues: readonly QueueView[]): Today & { readonly isMixed: boolean } {
  const sum = (count: (today: Today) => number) =>
    queues.reduce((total, { today }) => total + count(today), 0)
  const thresholds = new Set(queues.map(({ today }) => today.thresholdSeconds))
  return {
    offered: sum((today) => today.offered),
    answered: sum((today) => today.answered),
    answeredInTime: sum((today) => today.answeredInTime),
    abandoned: sum((today) => today.abandoned),
    abandonedInTime: sum((today) => today.abandonedInTime),
    leftForCallback: sum((today) => today.leftForCallback),
    thresholdSeconds: queues[0]?.today.thresholdSeconds ?? 0,
    isMixed: thresholds.size > 1,
  }
}
