import type pg from 'pg'
import type { Free, Waiting } from '../routing/rank.ts'
import { roomOf } from './call-pace.ts'

/** Who might be paired now. */
export type Candidates = {
  /** So many pairs at most: as wanted, and no more than there is room for. */
  readonly most: number
  readonly places: readonly (Waiting & { readonly queue: string })[]
  readonly operators: readonly Free[]
}

/**
 * Reads who waits and who is free, as far as they can have to do with each other: needs that nobody free
 * can serve are passed over, and of everybody with the same need, or able to serve it, no more are read
 * than could be paired. So neither a long queue nor many idle operators make it slow. Callbacks count
 * within their window and while nobody dials for them; not while the person is on hold.
 *
 * @param limit pairs wanted
 * @param callsPerSecond pace at which the carrier begins calls: nobody is read whom it has no room for; null =
 *   it begins whatever is ordered
 */
export const readCandidates = async (
  pool: pg.Pool,
  limit: number,
  callsPerSecond: number | null,
): Promise<Candidates> => {
  const { rows } = await pool.query<Row>({
    name: 'candidates',
    text: statement,
    values: [limit, callsPerSecond],
  })
  const places: Candidates['places'][number][] = []
  const operators: Free[] = []
  for (const row of rows) {
    const { login, id, at, skills, languages, queue, preferred, refused } = row
    if (login !== null) operators.push({ login, skills, languages, since: at })
    else if (id !== null && queue !== null) {
      places.push({
        ...{ id, queue, language: languages[0] ?? '', skills, rankAt: at },
        ...{ preferredOperator: preferred, refusedBy: refused ?? [] },
      })
    }
  }
  return { most: rows[0]?.most ?? 0, places, operators }
}

/** An operator has a login, a place an id. */
type Row = {
  readonly most: number
  readonly login: string | null
  readonly id: string | null
  readonly at: Temporal.Instant
  readonly skills: readonly string[]
  readonly languages: readonly string[]
  readonly queue: string | null
  readonly preferred: string | null
  readonly refused: readonly string[] | null
}

/** Of a callback `w`: an operator is to be held for it now, and the person is not on the line. */
const callable = `(
  exists (select from callbacks c
           where c.place_id = w.id and c.state = 'due' and c.order_of_dialling = 'operator-first')
  and not exists (select from places h
                   where h.phone = w.phone and h.mode = 'hold' and h.state <> 'ended'))`

const inLine = (of: string) =>
  `${of}.state = 'waiting' and ${of}.left_as is null and ${of}.window_from is null`

/**
 * The recursion steps through the needs in the index, from one to the next. Operators who let a place
 * ring in vain or turned it down a moment ago are not asked again at once: as many more are read of both.
 */
const statement = `
  with recursive room as materialized (
    select case when $2::float8 is null then $1::int
                else least($1::int, ${roomOf('$2::float8')}) end as most
      from call_pace
  ), steps as (
    (select p.language, p.skills from places p
      where ${inLine('p')} and (select most from room) > 0 order by p.language, p.skills limit 1)
    union all
    select n.language, n.skills
      from steps s, lateral (
        select p.language, p.skills from places p
         where ${inLine('p')} and (p.language, p.skills) > (s.language, s.skills)
         order by p.language, p.skills limit 1) n
  ), open_windows as materialized (
    select w.* from places w
     where w.state = 'waiting' and w.window_from <= clock_timestamp()
       and w.window_to > clock_timestamp() and (select most from room) > 0 and ${callable}
  ), free as materialized (
    select s.login, s.since, o.skills, o.languages
      from presence s join operators o on o.login = s.login
     where s.state = 'available' and not o.is_disabled and exists (select from steps
       union all select from open_windows)
  ), refusals as materialized (
    select r.place_id, r.login from reservations r
     where r.ended_at > clock_timestamp() - interval '30 seconds' and r.outcome in (
       'no-answer', 'busy', 'declined', 'leg-failed', 'lease-over')
  ), needs as materialized (
    select n.language, n.skills
      from (select language, skills from steps union select language, skills from open_windows) n
     where exists (select from free f where n.language = any (f.languages) and f.skills @> n.skills)
  ), found as materialized (
    select p.* from needs n, lateral (
      select w.* from places w
       where ${inLine('w')}
         and w.language = n.language and w.skills = n.skills
         and (w.mode = 'hold' or ${callable})
       order by w.rank_at, w.id
       limit least((select most from room), (select count(*) from free))
             + (select count(distinct place_id) from refusals)) p
    union all
    select p.* from needs n, lateral (
      select w.* from open_windows w
       where w.language = n.language and w.skills = n.skills
       order by w.rank_at, w.id
       limit (select most from room) + (select count(distinct place_id) from refusals)) p
  ), asked as (
    select distinct on (f.login) f.* from needs n, lateral (
      select * from free
       where n.language = any (free.languages) and free.skills @> n.skills
       order by cardinality(free.skills), free.since, free.login
       limit (select count(*) from found) + (select count(*) from refusals)) f
    union
    select f.* from free f where f.login in (select preferred_operator from found)
  )
  select most, null as login, id, rank_at as at, skills, array[language] as languages, queue,
         preferred_operator as preferred,
         array(select r.login from refusals r where r.place_id = f.id) as refused
    from found f cross join room
  union all
  select most, login, null, since, skills, languages, null, null, null
    from asked cross join room`
