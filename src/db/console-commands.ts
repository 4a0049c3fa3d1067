import { sql } from 'kysely'
import type { ActionOutcome, RefusalCode } from '../operators/console-actions.ts'
import type { CommandLog } from '../operators/ports.ts'
import type { Database } from './database.ts'

/** Clients give up long before. */
const keptFor = sql<string>`interval '1 day'`

/** Commands of consoles in PostgreSQL. */
export const createCommandLog = ({ kysely }: Pick<Database, 'kysely'>): CommandLog => ({
  begin: async (login, commandId) => {
    const { rows } = await sql<Row>`
      with forgotten as (
        delete from console_commands where login = ${login} and at < clock_timestamp() - ${keptFor}
      ), made as (
        insert into console_commands (login, command_id) values (${login}, ${commandId})
        on conflict do nothing returning true
      )
      select exists (select from made) as "isNew", outcome, code, message
        from (select) as one left join console_commands
          on login = ${login} and command_id = ${commandId}`.execute(kysely)
    const [row] = rows
    if (row === undefined || row.isNew) return 'new'
    return row.outcome === null ? 'running' : toOutcome(row)
  },
  finish: async (login, commandId, outcome) => {
    await kysely
      .updateTable('console_commands')
      .set({
        outcome: outcome.kind,
        code: outcome.kind === 'done' ? null : outcome.code,
        message: outcome.kind === 'done' ? null : outcome.message,
      })
      .where('login', '=', login)
      .where('command_id', '=', commandId)
      .execute()
  },
})

type Row = {
  readonly isNew: boolean
  readonly outcome: string | null
  readonly code: string | null
  readonly message: string | null
}

const toOutcome = (row: Row): ActionOutcome =>
  row.outcome === 'done'
    ? { kind: 'done' }
    : {
        kind: 'refused',
        code: (row.code ?? 'unavailable') as RefusalCode,
        message: row.message ?? '',
      }
