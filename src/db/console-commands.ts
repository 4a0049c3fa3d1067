import type { ActionOutcome, RefusalCode } from '../operators/console-actions.ts'
import type { CommandLog } from '../operators/ports.ts'
import type { Database } from './database.ts'
import { liveOf, seenEvery } from './operator-sessions.ts'
import { together, unfelt } from './together.ts'

/** Clients give up long before. */
const keptFor = '1 day'

/** Commands of consoles in PostgreSQL. */
export const createCommandLog = ({ routingPool }: Pick<Database, 'routingPool'>): CommandLog => {
  const begin = together<Row>(routingPool, { name: 'begin-command', text: beginStatement }, unfelt)
  const finish = together(routingPool, { name: 'finish-command', text: finishStatement }, unfelt)
  return {
    begin: async ({ login, sessionId }, commandId) => {
      const row = await begin(login, commandId, sessionId)
      if (row === null) throw new Error('Beginning a command gave no answer')
      if (!row.isAlive) return 'signed-out'
      if (row.isNew) return 'new'
      return row.outcome === null ? 'running' : toOutcome(row)
    },
    finish: async (login, commandId, outcome) => {
      const { code, message } = outcome.kind === 'done' ? { code: null, message: null } : outcome
      await finish(login, commandId, outcome.kind, code, message)
    },
  }
}

/** A session that somebody else is just noting as used need not be noted here as well: no wait, no deadlock. */
const beginStatement = `
  with wanted as (
    select * from unnest($1::text[], $2::text[], $3::uuid[])
             with ordinality as w (login, command_id, session_id, nr)
  ), alive as (
    select w.*, s.seen_at < clock_timestamp() - ${seenEvery} as is_stale
      from wanted w
      join operator_sessions s on s.id = w.session_id and s.login = w.login
      join operators o on o.login = w.login
     where not o.is_disabled and ${liveOf('s')}
  ), seen as (
    update operator_sessions set seen_at = clock_timestamp()
     where id in (
       select s.id from operator_sessions s join alive a on a.session_id = s.id
        where a.is_stale for no key update of s skip locked)
  ), forgotten as (
    delete from console_commands c using alive a
     where c.login = a.login and c.at < clock_timestamp() - interval '${keptFor}'
  ), made as (
    insert into console_commands (login, command_id) select login, command_id from alive
    on conflict do nothing returning login, command_id
  )
  select w.nr, a.nr is not null as "isAlive", m.login is not null as "isNew", c.outcome, c.code,
         c.message
    from wanted w
    left join alive a on a.nr = w.nr
    left join made m on m.login = w.login and m.command_id = w.command_id
    left join console_commands c on c.login = w.login and c.command_id = w.command_id`

const finishStatement = `
  update console_commands c set outcome = w.outcome, code = w.code, message = w.message
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      as w (login, command_id, outcome, code, message)
   where c.login = w.login and c.command_id = w.command_id`

type Row = {
  readonly isAlive: boolean
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
