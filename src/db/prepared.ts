import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'

/** Statements are few and always the same; more would fill the memory of the database's connections. */
const mostStatements = 500

/** An asterisk stands for columns that a migration may add under a statement that is prepared. */
const hasOpenColumns = (text: string): boolean =>
  /\b(?:select|returning)\s+\*|\.\*|,\s*\*/i.test(text)

/** Names of statements that come again; null for one that is new, or better planned each time. */
const statementNames = (): ((text: string) => string | null) => {
  const seen = new Map<string, string>()
  return (text) => {
    const name = seen.get(text)
    if (name !== undefined) return name
    if (seen.size < mostStatements && !hasOpenColumns(text)) seen.set(text, `again-${seen.size}`)
    return null
  }
}

/**
 * The pool as Kysely takes it, with every statement that has parameters prepared from its second time on:
 * to plan most of them costs as much as to run them.
 */
export const preparing = (pool: pg.Pool): PostgresPool => {
  const nameOf = statementNames()
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect()
      const query = (text: string, parameters: readonly unknown[]) => {
        const name = parameters.length === 0 ? null : nameOf(text)
        return client.query({ ...(name === null ? {} : { name }), text, values: [...parameters] })
      }
      const release: PostgresPoolClient['release'] = (destroy) => client.release(destroy)
      // Of what the type has besides, cursors, there are none here.
      return { query, release } as unknown as PostgresPoolClient
    },
    end: () => pool.end(),
  }
}
