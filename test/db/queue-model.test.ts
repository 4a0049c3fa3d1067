import { randomUUIDv7 } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { createClaims } from '../../src/db/claims.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createPlaceStore, placeTransaction } from '../../src/db/places.ts'
import type { ReleaseReason, Reservation } from '../../src/queues/ports.ts'
import { testDatabase } from '../support/database.ts'
import { addOperator, emptyQueues, newCall, placeOf, wishOf } from '../support/queue-scene.ts'

/*
 * Anything that may happen to callers and operators, in any order, on two nodes; a list of people is the
 * model. After every step the tables must say what the list says.
 */

const database = await testDatabase(t)
const second = openDatabase(database.url)
t.teardown(second.close)
const nodes = [database, second].map((each) => ({
  claims: createClaims(each, { ringSeconds: () => 20 }),
  places: createPlaceStore(each),
}))

type Person = {
  readonly call: string
  readonly place: string
  readonly need: number
  readonly priority: number
  readonly since: string
  readonly rank: number
  mode: 'hold' | 'callback'
  state: 'waiting' | 'out' | 'reserved' | 'talking' | 'ended'
  isOnLine: boolean
  reservation: Reservation | null
  /** Operators who turned the person down. */
  readonly refusedBy: Set<string>
}

type Worker = {
  state: string
  missed: number
  /** Steps of its being free, in order. */
  readonly needs: readonly number[]
}

type Model = { readonly people: Person[]; readonly workers: Map<string, Worker> }
type Real = { step: number }
type Step = fc.AsyncCommand<Model, Real>

const needs = [
  { language: 'ru-RU', skills: [] },
  { language: 'ru-RU', skills: ['status'] },
  { language: 'en-US', skills: [] },
] as const
/** What each operator can do, and the needs that this answers. */
const staff = {
  anna: { skills: [], languages: ['ru-RU'], needs: [0] },
  boris: { skills: ['status'], languages: ['ru-RU'], needs: [0, 1] },
  clara: { skills: ['status'], languages: ['ru-RU', 'en-US'], needs: [0, 1, 2] },
} as const
type Login = keyof typeof staff
const logins = Object.keys(staff) as Login[]

const nodeOf = (real: Real) => {
  const node = nodes[real.step % nodes.length]
  if (node === undefined) throw new Error('No node')
  return node
}

const workerOf = (model: Model, login: string): Worker => {
  const worker = model.workers.get(login)
  if (worker === undefined) throw new Error(`No operator ${login}`)
  return worker
}

/** A step that happens to one of the people for whom it can happen. */
const withPerson =
  (
    name: string,
    canHappen: (person: Person) => boolean,
    happen: (person: Person, model: Model, real: Real) => Promise<void>,
  ) =>
  (index: number): Step => {
    const chosen = (model: Readonly<Model>) => {
      const able = model.people.filter(canHappen)
      return able[index % Math.max(1, able.length)]
    }
    return {
      check: (model) => chosen(model) !== undefined,
      run: async (model, real) => {
        real.step += 1
        const person = chosen(model)
        if (person !== undefined) await happen(person, model, real)
        await compare(model)
      },
      toString: () => `${name}(${index})`,
    }
  }

const step = (
  name: string,
  check: (model: Readonly<Model>) => boolean,
  happen: (model: Model, real: Real) => Promise<void>,
): Step => ({
  check,
  run: async (model, real) => {
    real.step += 1
    await happen(model, real)
    await compare(model)
  },
  toString: () => name,
})

const enter = (need: number, priority: number): Step =>
  step(
    `enter(${need}, ${priority})`,
    ({ workers }) =>
      [...workers.values()].some(({ state, needs }) => state !== 'offline' && needs.includes(need)),
    async (model) => {
      const call = newCall()
      const phone = `+7916${String(model.people.length).padStart(7, '0')}`
      const place = await placeOf(database, { callSid: call, phone, priority, ...needs[need] })
      model.people.push({
        ...{ call, place: place.id, need, priority, since: place.since.toString() },
        ...{ rank: Number(place.rankAt.epochNanoseconds / 1000n), mode: 'hold', state: 'waiting' },
        ...{ isOnLine: true, reservation: null, refusedBy: new Set<string>() },
      })
    },
  )

/** What becomes of somebody whose operator is taken away. */
const freed = (model: Model, person: Person, isMiss = false): void => {
  const login = person.reservation?.operator.login ?? ''
  const worker = workerOf(model, login)
  if (isMiss) worker.missed += 1
  worker.state = isMiss && worker.missed % 3 === 0 ? 'break' : 'available'
  person.reservation = null
  person.state = 'waiting'
}

const isRung = ({ state, reservation }: Person) =>
  state === 'reserved' && reservation?.state === 'ringing'

const hangUp = withPerson(
  'hangUp',
  ({ isOnLine, state }) => isOnLine && state !== 'talking',
  async (person, model, real) => {
    const left = await nodeOf(real).places.callEnded(person.call)
    person.isOnLine = false
    if (person.mode === 'callback' || person.state === 'ended') {
      expect(left === null, 'a callback outlives its call')
      return
    }
    expect(left?.placeId === person.place, 'the place of the call ended')
    if (person.state === 'reserved') freed(model, person)
    person.state = 'ended'
  },
)

const leave = withPerson(
  'leave',
  ({ mode, state }) => mode === 'hold' && (state === 'waiting' || state === 'reserved'),
  async (person, model, real) => {
    expect((await nodeOf(real).places.leave(person.call, 'left')) !== null, 'left the line')
    if (person.state === 'reserved') freed(model, person)
    person.state = 'out'
  },
)

const comeBack = withPerson(
  'comeBack',
  ({ mode, state, isOnLine }) => mode === 'hold' && state === 'out' && isOnLine,
  async (person) => {
    const place = await placeOf(database, {
      ...{ callSid: person.call, priority: person.priority },
      ...needs[person.need],
    })
    expect(place.id === person.place, 'the same place again')
    person.state = 'waiting'
  },
)

const changeToCallback = withPerson(
  'changeToCallback',
  ({ mode, state }) => mode === 'hold' && ['waiting', 'reserved', 'out'].includes(state),
  async (person, model) => {
    const callbackId = randomUUIDv7()
    const phone = `+7999${callbackId.replaceAll(/\D/g, '').slice(-7).padStart(7, '0')}`
    await database.pool.query(
      `insert into callbacks (id, ticket, phone, queue, state, requested_at, changed_at)
       values ($1::uuid, $1::uuid::text, $2, 'general', 'due', now(), now())`,
      [callbackId, phone],
    )
    const wish = wishOf({
      ...{ callSid: person.call, phone, priority: person.priority },
      ...needs[person.need],
    })
    const place = await database.kysely.transaction().execute((transaction) =>
      placeTransaction(transaction).changeToCallback({
        ...{ callSid: person.call, callbackId, wish, window: null },
      }),
    )
    expect(place.id === person.place, 'the place is the same')
    if (person.state === 'reserved') freed(model, person)
    person.mode = 'callback'
    person.state = 'waiting'
  },
)

const claim = step(
  'claim',
  () => true,
  async (model, real) => {
    const before = model.people.filter(({ state }) => state === 'waiting')
    const free = new Set(
      [...model.workers].filter(([, { state }]) => state === 'available').map(([login]) => login),
    )
    for (const reservation of await nodeOf(real).claims.claim(10)) {
      const person = before.find(({ place }) => place === reservation.place.id)
      const { login } = reservation.operator
      expect(person?.state === 'waiting', 'only who waits is claimed')
      expect(free.delete(login), 'only who is free is claimed')
      if (person === undefined) return
      expect(workerOf(model, login).needs.includes(person.need), 'by who can serve')
      expect(!person.refusedBy.has(login), 'not by who has just refused')
      person.state = 'reserved'
      person.reservation = reservation
      workerOf(model, login).state = 'reserved'
    }
    const left = before.filter(({ state }) => state === 'waiting')
    const served = before.filter(({ state }) => state === 'reserved')
    for (const each of left) {
      const able = [...free].filter(
        (login) => workerOf(model, login).needs.includes(each.need) && !each.refusedBy.has(login),
      )
      expect(able.length === 0, 'nobody waits while somebody free could serve them')
      const overtakers = served.filter(
        ({ need, rank, reservation }) =>
          need === each.need &&
          rank > each.rank &&
          !each.refusedBy.has(reservation?.operator.login ?? ''),
      )
      expect(overtakers.length === 0, 'nobody of the same need is overtaken')
    }
  },
)

const answer = withPerson('answer', isRung, async (person, model, real) => {
  const id = person.reservation?.id ?? ''
  const answered = await nodeOf(real).claims.answer(id, `leg ${id}`)
  expect(answered?.state === 'answered', 'the reservation is answered')
  person.reservation = answered
  workerOf(model, answered?.operator.login ?? '').missed = 0
})

const bridge = withPerson(
  'bridge',
  ({ state, reservation }) => state === 'reserved' && reservation?.state === 'answered',
  async (person, model, real) => {
    const id = person.reservation?.id ?? ''
    const two = await Promise.all(nodes.map(({ claims }) => claims.bridge(id)))
    expect(two.filter(Boolean).length === 1, 'bridged once, on whichever node')
    person.state = 'talking'
    workerOf(model, person.reservation?.operator.login ?? '').state = 'talking'
    expect(!(await nodeOf(real).claims.release(id, 'no-answer')), 'a talk is not taken back')
  },
)

const released = (name: string, reason: ReleaseReason) =>
  withPerson(name, isRung, async (person, model, real) => {
    const { id = '', operator } = person.reservation ?? {}
    expect(await nodeOf(real).claims.release(id, reason), 'released')
    expect(!(await nodeOf(real).claims.release(id, reason)), 'released once')
    expect((await nodeOf(real).claims.answer(id, 'late')) === null, 'too late to answer')
    person.refusedBy.add(operator?.login ?? '')
    freed(model, person, reason === 'no-answer')
  })

const leaseExpire = withPerson(
  'leaseExpire',
  ({ state }) => state === 'reserved',
  async (person, model, real) => {
    await database.pool.query(
      `update reservations set lease_until = now() - interval '1 second' where id = $1`,
      [person.reservation?.id],
    )
    expect((await nodeOf(real).claims.sweep()) === 1, 'the sweep finds what is past its lease')
    expect((await nodeOf(real).claims.sweep()) === 0, 'and leaves nothing')
    person.refusedBy.add(person.reservation?.operator.login ?? '')
    freed(model, person)
  },
)

const finish = withPerson(
  'finish',
  ({ state }) => state === 'talking',
  async (person, model) => {
    const { id = '', operator } = person.reservation ?? {}
    const two = await Promise.all(nodes.map(({ claims }) => claims.finish(id, 30)))
    expect(two.filter(Boolean).length === 1, 'finished once')
    workerOf(model, operator?.login ?? '').state = 'wrap-up'
    person.reservation = null
    person.state = 'ended'
  },
)

const wrapEnd = (login: Login): Step =>
  step(
    `wrapEnd(${login})`,
    (model) => model.workers.get(login)?.state === 'wrap-up',
    async (model, real) => {
      expect(await nodeOf(real).claims.endWrapUp(login), 'written up')
      workerOf(model, login).state = 'available'
    },
  )

const setPresence = (login: Login, state: 'available' | 'break' | 'offline'): Step =>
  step(
    `${state}(${login})`,
    (model) => {
      const now = model.workers.get(login)?.state ?? ''
      return ['available', 'break', 'offline'].includes(now) && now !== state
    },
    async (model) => {
      await database.pool.query(
        `update presence set state = $2, since = clock_timestamp() where login = $1`,
        [login, state],
      )
      workerOf(model, login).state = state
    },
  )

const expect = (isTrue: boolean, what: string): void => {
  if (!isTrue) throw new Error(`Not so: ${what}`)
}

/** The tables say what the model says, and what must hold whatever happened. */
const compare = async ({ people, workers }: Model): Promise<void> => {
  const { rows: places } = await database.pool.query(
    `select p.id, p.mode, p.since::text as since,
            case when p.left_as is not null and p.state = 'waiting' then 'out' else p.state end as state,
            array(select r.state || ' ' || r.login from reservations r
                   where r.place_id = p.id and r.state <> 'ended') as held
       from places p order by p.id`,
  )
  const shown = people.map(({ place, mode, since, state, reservation }) => ({
    ...{ id: place, mode, state },
    since: Temporal.Instant.from(since).epochMilliseconds,
    held:
      reservation === null
        ? []
        : [`${state === 'talking' ? 'bridged' : reservation.state} ${reservation.operator.login}`],
  }))
  const found = places.map((row) => ({
    ...{ id: row.id, mode: row.mode, state: row.state },
    since: Temporal.Instant.from(row.since).epochMilliseconds,
    held: row.held,
  }))
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  same(found.sort(byId), shown.sort(byId))
  const { rows: operators } = await database.pool.query(
    `select s.login, s.state, s.missed,
            (select count(*)::int from reservations r
              where r.login = s.login and r.state <> 'ended') as held
       from presence s order by s.login`,
  )
  const isBusy = (state: string) => state === 'reserved' || state === 'talking'
  same(
    operators,
    [...workers]
      .map(([login, { state, missed }]) => ({ login, state, missed, held: isBusy(state) ? 1 : 0 }))
      .sort((a, b) => (a.login < b.login ? -1 : 1)),
  )
}

const same = (found: unknown, wanted: unknown): void => {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (one !== other) throw new Error(`The tables say ${one}, the model says ${other}`)
}

/** Wherever everything stood still: past all leases, one sweep of both nodes gives everybody back. */
const nobodyStaysReserved = async (): Promise<void> => {
  const { pool } = database
  await pool.query(
    `update reservations set lease_until = now() - interval '1 second'
      where state in ('ringing', 'answered')`,
  )
  await Promise.all(nodes.map(({ claims }) => claims.sweep()))
  const { rows } = await pool.query(
    `select (select count(*)::int from reservations where state in ('ringing', 'answered')) as held,
            (select count(*)::int from places where state = 'reserved') as places,
            (select count(*)::int from presence where state = 'reserved') as operators`,
  )
  same(rows, [{ held: 0, places: 0, operators: 0 }])
}

const index = fc.nat({ max: 5 })
const login = fc.constantFrom(...logins)
const commands = fc.commands(
  [
    fc.tuple(fc.nat({ max: 2 }), fc.constantFrom(0, 0, 0, 10, 30)).map((each) => enter(...each)),
    fc.tuple(fc.nat({ max: 2 }), fc.constant(0)).map((each) => enter(...each)),
    fc.constant(claim),
    fc.constant(claim),
    ...[hangUp, leave, comeBack, changeToCallback, answer, answer, bridge, bridge, finish].map(
      (make) => index.map(make),
    ),
    ...[released('decline', 'declined'), released('ringTimeout', 'no-answer'), leaseExpire].map(
      (make) => index.map(make),
    ),
    login.map(wrapEnd),
    fc
      .tuple(login, fc.constantFrom('available', 'available', 'break', 'offline'))
      .map((each) => setPresence(...each)),
  ],
  { maxCommands: 60, size: 'max' },
)

t.test('whatever happens, everybody is in one place and every operator in one call', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      await emptyQueues(database)
      const workers = new Map<string, Worker>()
      for (const each of logins) {
        await addOperator(database, each, staff[each])
        workers.set(each, { state: 'available', missed: 0, needs: staff[each].needs })
      }
      await fc.asyncModelRun(() => ({ model: { people: [], workers }, real: { step: 0 } }), steps)
      await nobodyStaysReserved()
    }),
    { numRuns: 40 },
  )
})
