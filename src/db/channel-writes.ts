import type { Content } from '../channel/event.ts'
import type { Facts } from '../channel/facts.ts'
import { keyOf } from '../channel/participant.ts'
import type { ChannelWrites } from '../channel/ports.ts'
import type { Database } from './database.ts'

/**
 * Writes to channels: one statement each, which takes the number, checks the facts that were decided on, and
 * inserts (`write_to_channel` and `mark_channel`, sql/0013).
 */
export const createChannelWrites = ({ pool }: Pick<Database, 'pool'>): ChannelWrites => ({
  write: async ({ channelId, author, clientId, content }, facts) => {
    const { rows } = await pool.query<WrittenRow>({
      name: 'write-to-channel',
      text: 'select facts, sequence, is_again from write_to_channel($1, $2, $3, $4, $5, $6)',
      values: [
        channelId,
        keyOf(author),
        facts === null ? null : JSON.stringify(facts),
        content.type,
        clientId,
        JSON.stringify(dataOf(content)),
      ],
    })
    const [row] = rows
    if (row?.facts == null) return { kind: 'unknown' }
    if (row.sequence === null) return { kind: 'other-facts', facts: row.facts }
    return row.is_again
      ? { kind: 'again', sequence: row.sequence, facts: row.facts }
      : { kind: 'written', sequence: row.sequence }
  },
  mark: async (channelId, by, { delivered, seen }, facts) => {
    const { rows } = await pool.query<MarkedRow>({
      name: 'mark-channel',
      text: `select m.facts, m.sequence, m.facts is not distinct from $3::jsonb as "isDone"
               from mark_channel($1, $2, $3, $4, $5) m`,
      values: [
        channelId,
        keyOf(by),
        facts === null ? null : JSON.stringify(facts),
        delivered,
        seen,
      ],
    })
    const [row] = rows
    if (row?.facts == null) return { kind: 'unknown' }
    return row.isDone
      ? { kind: 'marked', sequence: row.sequence }
      : { kind: 'other-facts', facts: row.facts }
  },
})

type WrittenRow = {
  readonly facts: Facts | null
  readonly sequence: number | null
  readonly is_again: boolean
}

type MarkedRow = {
  readonly facts: Facts | null
  readonly sequence: number | null
  readonly isDone: boolean
}

const dataOf = ({ type, ...data }: Content): object => data
