/** Recordings are kept for at least so long. */
export const yearsKept = 3

/**
 * Until when a recording has to be kept that ended at this moment: the same date and time of day three years
 * later, by the line's own clock or by UTC, whichever is later. What ended on 29 February is kept to 1 March.
 *
 * @param zone IANA zone of the line
 */
export const keptUntil = (endedAt: Temporal.Instant, zone: string): Temporal.Instant => {
  const [local, universal] = [zone, 'UTC'].map((each) => yearsLater(endedAt, each))
  if (local === undefined || universal === undefined) throw new Error('No zones')
  return Temporal.Instant.compare(local, universal) < 0 ? universal : local
}

const yearsLater = (at: Temporal.Instant, zone: string): Temporal.Instant => {
  const before = at.toZonedDateTimeISO(zone)
  const after = before.add({ years: yearsKept })
  // There is no such day: the year is not over before the one after it.
  return (after.day === before.day ? after : after.add({ days: 1 })).toInstant()
}
