/** The end of a half hour, in the zone of its beginning. */
export const halfHourAfter = (at: string): string => {
  const [, sign = '+', hours = '00', minutes = '00'] = /([+-])(\d\d):?(\d\d)$/.exec(at) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  const local = new Date(Date.parse(at) + (30 + offset) * 60_000).toISOString()
  return `${local.slice(0, 23)}${sign}${hours}:${minutes}`
}
