/**
 * What limits by address count as one: an IPv4 address, or the network of an IPv6 one, of which a single
 * household has 2^64. Who has gone already has no address any more, and all of them share one.
 */
export const networkOf = (address: string | undefined): string => {
  if (address === undefined) return 'gone'
  const mapped = /^(?:::ffff:)?(\d+(?:\.\d+){3})$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? []
  const [before, after] = [head, tail ?? ''].map((part) =>
    part.split(':').filter((group) => group !== ''),
  )
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0)
  const groups = [...(before ?? []), ...Array(Math.max(0, missing)).fill('0'), ...(after ?? [])]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
