import type { Standing } from '../queues/ports.ts'
import type { Database } from './database.ts'
import { type PlaceRow, placeColumnsOf, toPlace } from './place-rows.ts'
import { together, unfelt } from './together.ts'

/** Operators at work who can do the same, and how many of them are free. */
type Staff = {
  readonly skills: readonly string[]
  readonly languages: readonly string[]
  readonly people: number
  readonly free: number
}

/** People in line with the same need: their ranks in seconds since 1970, in order. */
type Line = {
  readonly language: string
  readonly skills: readonly string[]
  readonly ranks: readonly number[]
}

type Crowd = { readonly staff: readonly Staff[]; readonly lines: readonly Line[] }

/** To look through all who wait and all who serve takes this share of the time, while that is quickly done. */
const lookingShare = 0.05

/** What was seen longer ago is not told to anybody, however long a look takes. */
const mostMs = 500

/**
 * Where people stand. The own place is read each time; the others are looked through for all who ask within a
 * moment, a longer one where there are many: of a thousand ahead nobody misses the last that came or went.
 *
 * @param elapsed milliseconds of a clock that never goes back
 */
export const createStandings = (
  { pool, routingPool }: Pick<Database, 'pool' | 'routingPool'>,
  elapsed: () => number,
): ((id: string) => Promise<Standing | null>) => {
  const findOwn = together<OwnRow>(
    routingPool,
    { name: 'own-standing', text: ownStatement },
    unfelt,
  )
  const look = async (): Promise<Crowd> => {
    const { rows: staff } = await pool.query<Staff>({ name: 'staff', text: staffStatement })
    const { rows: lines } = await pool.query<Line>({ name: 'lines', text: linesStatement })
    return { staff, lines }
  }
  let seen: { readonly crowd: Promise<Crowd>; until: number } | null = null
  const crowd = (): Promise<Crowd> => {
    const begun = elapsed()
    if (seen !== null && begun < seen.until) return seen.crowd
    const looking = { crowd: look(), until: Number.POSITIVE_INFINITY }
    seen = looking
    looking.crowd.then(
      () => {
        const seenAt = elapsed()
        looking.until = seenAt + Math.min(mostMs, (seenAt - begun) / lookingShare)
      },
      () => {
        seen = null
      },
    )
    return looking.crowd
  }
  return async (id) => {
    const row = await findOwn(id)
    if (row === null) return null
    const { staff, lines } = await crowd()
    const able = staff.filter((each) => canServe(each, row))
    return {
      place: toPlace(row),
      // Those whom one of the person's own operators could serve.
      ahead: lines
        .filter((line) => able.some((each) => canServe(each, line)))
        .reduce((sum, { ranks }) => sum + countBelow(ranks, row.rank), 0),
      operators: able.reduce((sum, { people }) => sum + people, 0),
      free: able.reduce((sum, { free }) => sum + free, 0),
      waitedSeconds: row.waited,
      told:
        row.told_seconds === null || row.told_ago === null
          ? null
          : { seconds: row.told_seconds, agoSeconds: row.told_ago },
    }
  }
}

const canServe = (
  { languages, skills }: Staff,
  need: { readonly language: string; readonly skills: readonly string[] },
): boolean =>
  languages.includes(need.language) && need.skills.every((skill) => skills.includes(skill))

/** How many of ascending numbers are less. */
const countBelow = (ascending: readonly number[], most: number): number => {
  let [from, to] = [0, ascending.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((ascending[middle] ?? most) < most) from = middle + 1
    else to = middle
  }
  return from
}

type OwnRow = PlaceRow & {
  readonly rank: number
  readonly waited: number
  readonly told_seconds: number | null
  readonly told_ago: number | null
}

const rankOf = (place: string) => `date_part('epoch', ${place}.rank_at)`

const ownStatement = `
  select w.nr, ${placeColumnsOf('p')}, ${rankOf('p')} as rank, p.told_seconds,
         extract(epoch from clock_timestamp() - p.told_at)::float as told_ago,
         extract(epoch from clock_timestamp() - p.since)::float as waited
    from unnest($1::uuid[]) with ordinality as w (id, nr) join places p on p.id = w.id`

const staffStatement = `
  select o.skills, o.languages, count(*)::int as people,
         count(*) filter (where s.state = 'available')::int as free
    from presence s join operators o on o.login = s.login
   where s.state in ('available', 'reserved', 'talking', 'wrap-up') and not o.is_disabled
   group by 1, 2`

const linesStatement = `
  select p.language, p.skills, array_agg(${rankOf('p')} order by p.rank_at) as ranks
    from places p
   where p.state = 'waiting' and p.left_as is null
     and (p.window_from is null
          or (p.window_from <= clock_timestamp() and p.window_to > clock_timestamp()))
   group by 1, 2`
