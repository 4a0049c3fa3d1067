import { instantOf } from '../http/iso-time.ts'

/** Where a page of a list ended that is sorted by time and, within the same time, by a key. */
export type Position = { readonly at: Temporal.Instant; readonly key: string }

/** A position as opaque text for `nextCursor`. */
export const encodeCursor = ({ at, key }: Position): string =>
  Buffer.from(`${at} ${key}`).toString('base64url')

/** Null when the text is not a cursor of ours; `keys` is what a key of the list looks like. */
export const decodeCursor = (cursor: string, keys: RegExp): Position | null => {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.toString('base64url') !== cursor) return null
  const [time = '', key = '', ...rest] = bytes.toString().split(' ')
  const at = instantOf(time, 'UTC')
  return rest.length > 0 || at === null || !keys.test(key) ? null : { at, key }
}
