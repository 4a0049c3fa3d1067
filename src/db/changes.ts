import { sql } from 'kysely'
import pg from 'pg'
import type { Connection } from './transaction.ts'

/**
 * What nodes tell each other of: something was written that others keep in memory, or (`queues`,
 * `callers`, `channels`) that they may act upon.
 */
export const changeTopics = ['flows', 'notices', 'queues', 'callers', 'channels'] as const

export type ChangeTopic = (typeof changeTopics)[number]

const channel = 'hotline_changes'

/**
 * Lets all nodes know, when the transaction commits. Rare: every such commit waits for the others.
 *
 * @param from a word of this process by which it knows its own
 */
export const announce = async (
  connection: Connection,
  topic: ChangeTopic,
  from = '',
): Promise<void> => {
  await sql`select pg_notify(${channel}, ${`${topic} ${from}`.trim()})`.execute(connection)
}

/** How long a lost connection is left alone before the next try. */
const retryMs = 1_000

/**
 * Listens to what other nodes announce, on a connection of its own. A hint may be lost with the
 * connection, so after each connecting everything counts as changed; whoever needs certainty also
 * looks by itself from time to time.
 */
export const listenToChanges = (
  url: string,
  onChange: (topic: ChangeTopic, from: string) => void,
  onFault: (cause: Error) => void,
): { readonly close: () => Promise<void> } => {
  let closed = false
  let retry: NodeJS.Timeout | undefined
  let client: pg.Client | null = null

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'hotline changes',
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    })
    client = next
    next.on('error', onFault)
    next.once('end', () => {
      if (closed) return
      retry = setTimeout(() => void connect(), retryMs)
      retry.unref()
    })
    next.on('notification', ({ payload }) => {
      const [name, from = ''] = (payload ?? '').split(' ')
      const topic = changeTopics.find((each) => each === name)
      if (topic !== undefined) onChange(topic, from)
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      for (const topic of changeTopics) onChange(topic, '')
    } catch (cause) {
      if (!closed) onFault(cause as Error)
      // Ends it, also after a connection that was never made: the next try follows from that.
      await next.end().catch(() => {})
    }
  }
  void connect()
  return {
    close: async () => {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => {})
    },
  }
}
