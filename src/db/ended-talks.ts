import { type Kysely, sql } from 'kysely'
import type { EndedTalk } from '../callbacks/broken-off.ts'
import type { DB } from './schema.ts'

/** Looked back so far: a node that was away for longer leaves people alone who have given up. */
const lookedBackSeconds = 60

/**
 * Talks that ended a moment ago by no operator's hand, or of which an operator wrote a moment ago that they
 * broke off, and that were not taken up again; of calls that are over. One that took up a broken-off talk itself
 * is left: who hangs up on it does not want to be called.
 */
export const readEndedTalks = async (kysely: Kysely<DB>): Promise<readonly EndedTalk[]> => {
  const { rows } = await sql<EndedTalk>`
    select t.id, t.call_sid as "callSid", p.phone, c.line, p.queue, p.topic, p.language, p.skills,
           p.priority, p.tier, p.business_number as "businessNumber", p.since, t.login as operator,
           t.started_at as "startedAt", t.ended_at as "endedAt", c.ended_at as "legEndedAt",
           exists (select from status_callbacks s
                    where s.call_sid = t.call_sid and s.call_status = 'failed') as "hasLegFailed",
           t.result is not distinct from 'broken-off' as "isSaidBrokenOff"
      from talks t
      join places p on p.id = t.place_id
      join sessions k on k.call_sid = t.call_sid
      join calls c on c.call_sid = k.call_sid and c.started_at = k.started_at
     where t.ended_at > clock_timestamp() - interval '1 hour'
       and (t.result = 'broken-off'
            and t.written_up_at > clock_timestamp() - make_interval(secs => ${lookedBackSeconds})
            or t.ended_at > clock_timestamp() - make_interval(secs => ${lookedBackSeconds})
               and not t.ended_by_operator)
       and c.ended_at is not null
       and not exists (select from callbacks b
                        where b.broken_talk = t.id
                           or (b.leg_sid = t.call_sid and b.reason = 'broken-off'))`.execute(kysely)
  return rows
}
