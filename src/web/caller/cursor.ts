import type { CallPosition } from '../../callers/ports.ts'
import { instantOf } from '../http/iso-time.ts'

/** Where a page of the list of calls ended, as opaque text. */
export const encodeCursor = ({ at, key }: CallPosition): string =>
  Buffer.from(`${at} ${key}`).toString('base64url')

/** Null when the text is not a cursor of ours. */
export const decodeCursor = (cursor: string): CallPosition | null => {
  const [time = '', key = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const at = instantOf(time, 'UTC')
  return rest.length > 0 || at === null || !/^[\w-]{1,64}$/.test(key) ? null : { at, key }
}
