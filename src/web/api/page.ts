import { type TSchema, Type } from 'typebox'
import { badRequest } from '../http/errors.ts'
import { decodeCursor, encodeCursor, type Position } from './cursor.ts'

/** Parameters of every list. */
export const pageQuery = {
  limit: Type.Optional(
    Type.String({ pattern: '^[0-9]{1,4}$', description: 'Most items, 1 to 500; default 50' }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: '`nextCursor` of the page before' }),
  ),
}

/** A page of a list; `nextCursor` is null on the last one. */
export const pageOf = <T extends TSchema>(items: T) =>
  Type.Object({
    items: Type.Array(items),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  })

type PageQuery = { readonly limit?: string; readonly cursor?: string }

/** How many items are asked for, and after which; a refusal is thrown as 400. */
export const pageAsked = (
  query: PageQuery,
  keys: RegExp,
): { readonly limit: number; readonly after: Position | undefined } => {
  const limit = Number(query.limit ?? 50)
  if (limit < 1 || limit > 500) throw badRequest('limit must be 1 to 500')
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, keys)
  if (after === null) throw badRequest('cursor is not one that this API gave')
  return { limit, after }
}

/** Cuts what was read, one item more than asked for, down to the page. */
export const cutPage = <T>(
  read: readonly T[],
  limit: number,
  positionOf: (item: T) => Position,
): { readonly items: readonly T[]; readonly nextCursor: string | null } => {
  const items = read.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    nextCursor: read.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  }
}
