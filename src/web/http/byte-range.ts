/** A part of something, both places within, counted from 0. */
export type ByteRange = { readonly start: number; readonly end: number }

/**
 * What a `Range` header asks for of so many bytes. `all`: no range, or one of a kind that need not be served.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export const rangeOf = (
  header: string | undefined,
  bytes: number,
): ByteRange | 'all' | 'unsatisfiable' => {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'all'
  if (first === '') {
    const start = Math.max(0, bytes - Number(last))
    return start < bytes ? { start, end: bytes - 1 } : 'unsatisfiable'
  }
  const start = Number(first)
  if (start >= bytes) return 'unsatisfiable'
  if (last !== '' && Number(last) < start) return 'all'
  return { start, end: last === '' ? bytes - 1 : Math.min(bytes - 1, Number(last)) }
}
