import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createCallStore } from '../../src/db/call-store.ts'
import { createCards } from '../../src/db/cards.ts'
import { createCommandLog } from '../../src/db/console-commands.ts'
import { createConsoleStateStore } from '../../src/db/console-state.ts'
import { forgetSignIns } from '../../src/db/forget-sign-ins.ts'
import { createSessionStore } from '../../src/db/operator-sessions.ts'
import { createOperatorStore } from '../../src/db/operators.ts'
import { createPresenceStore } from '../../src/db/presence.ts'
import { createWrapUps } from '../../src/db/wrap-ups.ts'
import type { LineWords } from '../../src/operators/card.ts'
import { newCallSid, openingTurn } from '../support/call-records.ts'
import { givenOperators } from '../support/console.ts'
import { testDatabase } from '../support/database.ts'
import { memoryEffects } from '../support/memory-effects.ts'

const database = await testDatabase(t)
const { pool } = database
const hour = Temporal.Now.instant().subtract({ hours: 1 })

/** Somebody who waits, held for an operator; answers what their rows are called. */
const reservation = async (
  login: string,
  { state = 'ringing', callSid = newCallSid(), phone = '+79161234567' } = {},
) => {
  const place = await pool.query<{ id: string }>(
    `insert into places (id, call_sid, phone, queue, topic, language, skills, priority, since, rank_at,
                         mode, state)
     values (uuidv7(interval '-90 s'), $1, $2, 'general', 'services', 'ru-RU', '{}', 0,
             now() - interval '90 s', now() - interval '90 s', 'hold', $3) returning id`,
    [callSid, phone, state === 'ringing' ? 'reserved' : 'talking'],
  )
  const placeId = place.rows[0]?.id ?? ''
  const made = await pool.query<{ id: string }>(
    `insert into reservations (place_id, login, state, lease_until, answered_at, bridged_at)
     values ($1, $2, $3, now() + interval '25 s', now(), now()) returning id`,
    [placeId, login, state],
  )
  const id = made.rows[0]?.id ?? ''
  if (state === 'bridged')
    await pool.query(
      `insert into talks (place_id, reservation_id, call_sid, login, conference)
       values ($1, $2, $3, $4, $3)`,
      [placeId, id, callSid, login],
    )
  await pool.query(`update presence set state = $2 where login = $1`, [
    login,
    state === 'ringing' ? 'reserved' : 'talking',
  ])
  return { id, placeId, callSid }
}

const untilSomebodyWaits = async (): Promise<void> => {
  for (;;) {
    const { rowCount } = await pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rowCount !== 0) return
  }
}

const words: LineWords = {
  line: (number) =>
    number === '+78005557373' ? { name: 'Горячая линия', isIntegrated: false } : null,
  integrated: () => [],
  dialog: (document) =>
    ({ 'hotline/main.vxml': 'Главное меню', 'hotline/services.vxml': 'Услуги' })[document] ?? null,
}

t.test(
  'a card tells the way, the case and earlier calls, and is noted in the journal',
  async (t) => {
    await givenOperators({ database }, { login: 'anna' }, { login: 'boris' })
    const calls = createCallStore(database, () => memoryEffects([]))
    const at = Temporal.Now.instant()
    const dialog = (document: string, name: string) => ({
      at,
      type: 'dialog',
      data: { document, dialog: name },
    })
    const earlier = openingTurn({ startedAt: hour })
    const turn = openingTurn()
    for (const record of [
      earlier,
      {
        ...turn,
        changes: { topic: 'services/passport' },
        events: [
          dialog('hotline/main.vxml', 'welcome'),
          dialog('hotline/main.vxml', 'main'),
          { at, type: 'input', data: { keys: '1' } },
          dialog('hotline/services.vxml', 'menu'),
          dialog('hotline/operator.vxml', 'operator'),
        ],
      },
    ])
      t.equal(await calls.commit(record), 'committed')
    await pool.query(
      `insert into cases (number, phone, service, applicant_name, status, access_code_salt,
                        access_code_hash, created_at, changed_at, expected_on)
     values ('RU-2026-000007', '+79161234567', 'загранпаспорт', 'Иван Петров', 'in-progress',
             decode(repeat('00', 16), 'hex'), decode(repeat('00', 32), 'hex'), now(), now(),
             '2026-12-24')`,
    )
    const { id, placeId } = await reservation('anna', { callSid: turn.callSid })
    const cards = createCards(database)
    const card = await cards.read('anna', id, words)
    t.match(card, {
      reservationId: id,
      placeId,
      callSid: turn.callSid,
      phone: '+79161234567',
      name: 'Иван Петров',
      line: 'Горячая линия',
      path: ['Главное меню', 'Услуги'],
      topic: 'services',
      case: {
        number: 'RU-2026-000007',
        service: 'загранпаспорт',
        status: 'in-progress',
        expectedOn: '2026-12-24',
      },
      isCallback: false,
      isIntegrated: false,
    })
    t.ok((card?.waitedSeconds ?? 0) >= 90)
    t.strictSame(
      card?.earlierCalls.map(({ callSid }) => callSid),
      [earlier.callSid],
      'not this call itself',
    )
    t.strictSame([card?.businessNumber, card?.businessKind], [null, null])
    const { rows } = await pool.query(`select login, action, subject, details from journal`)
    t.match(rows, [
      {
        login: 'anna',
        action: 'card',
        subject: turn.callSid,
        details: { reservation: id, phone: '+79161234567', case: 'RU-2026-000007', calls: 1 },
      },
    ])

    await pool.query(`insert into callers (phone, name) values ('+79161234567', 'Ваня')`)
    const integrated: LineWords = {
      ...words,
      line: () => ({ name: 'Советы', isIntegrated: true }),
      integrated: () => ['+74957654321', '+78005557373'],
    }
    const nameOn = async (line: LineWords) => (await cards.read('anna', id, line))?.name
    t.equal(await nameOn(integrated), 'Иван Петров', 'who has not agreed is not shown')
    await pool.query('update callers set is_profile_shown = true')
    t.equal(await nameOn(integrated), 'Ваня')
    t.equal(await nameOn(words), 'Иван Петров', 'only where the caller was told so')
    const { rows: shown } = await pool.query(
      `select details -> 'profile' as profile from journal order by id desc limit 3`,
    )
    t.same(
      shown.map(({ profile }) => profile),
      [null, true, null],
    )

    const colleague = openingTurn({ from: '+74951234567', startedAt: hour.add({ minutes: 1 }) })
    t.equal(await calls.commit(colleague), 'committed')
    await pool.query(
      `insert into places (call_sid, phone, queue, language, skills, priority, business_number, tier,
                           since, rank_at, mode, state, result, ended_at)
       values ($1, '+74951234567', 'business', 'ru-RU', '{}', 0, '1027700132195', 1, now(), now(),
               'hold', 'ended', 'left', now())`,
      [colleague.callSid],
    )
    await pool.query(
      `update places set business_number = '1027700132195', tier = 2 where id = $1`,
      [placeId],
    )
    const business = await cards.read('anna', id, words)
    t.match(business, { businessNumber: '1027700132195', businessKind: 'ogrn', tier: 2 })
    t.strictSame(
      business?.earlierCalls.map(({ callSid, isColleague }) => [callSid, isColleague]),
      [
        [colleague.callSid, true],
        [earlier.callSid, false],
      ],
      'an organisation is remembered whoever calls for it',
    )

    t.equal(await cards.read('boris', id, words), null, 'another’s card is none')
    t.equal(await cards.read('anna', placeId, words), null)
    await pool.query('alter table journal rename to hidden')
    await t.rejects(cards.read('anna', id, words), 'no card without its entry')
    await pool.query('alter table hidden rename to journal')
  },
)

t.test('the state of consoles has the call in every stage', async (t) => {
  const store = createConsoleStateStore(database, () => Infinity)
  const read = () => store.read(hour, 20, null)
  const follower = createConsoleStateStore(database, () => Infinity)
  await follower.read(hour, 20, null)
  /** What is told of a few rows leads to what is found when everything is read. */
  const follow = async (places: readonly string[], logins: readonly string[]) => {
    const changed = { places: new Set(places), logins: new Set(logins) }
    const [told, all] = [await follower.read(hour, 20, changed), await read()]
    const shift = ({ operators, places, calls, days }: typeof told) =>
      JSON.stringify([
        operators.toSorted((one, other) => (one.login < other.login ? -1 : 1)),
        places.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
        [...calls].toSorted(),
        [...days].toSorted(),
      ])
    t.equal(shift(told), shift(all), `${places} ${logins}`)
  }
  const call = async () => (await read()).calls.get('boris')
  const { id, placeId } = await reservation('boris')
  await follow([placeId], [])
  t.match(await call(), {
    reservationId: id,
    placeId,
    state: 'ringing',
  })
  t.ok((await call())?.ringUntil)
  const state = await read()
  t.match(
    state.operators.find(({ login }) => login === 'boris'),
    { placeId, state: 'reserved' },
  )
  t.match(
    state.places.find((place) => place.id === placeId),
    { queue: 'general', state: 'reserved', login: 'boris', window: null },
  )
  await pool.query(`update reservations set state = 'answered' where id = $1`, [id])
  t.match(await call(), { state: 'connecting', ringUntil: null })
  await follow([], ['boris'])
  await pool.query(`update reservations set state = 'bridged' where id = $1`, [id])
  await pool.query(
    `insert into talks (place_id, reservation_id, call_sid, login, conference)
     values ($1, $2, 'CA1', 'boris', 'c')`,
    [placeId, id],
  )
  t.match(await call(), { state: 'talking', isMuted: false, transfer: null })
  await pool.query(
    `update talks set held_since = now(), is_muted = true,
       transfer = '{"kind":"warm","to":"anna","state":"ringing"}' where reservation_id = $1`,
    [id],
  )
  t.match(await call(), {
    state: 'held',
    isMuted: true,
    transfer: { kind: 'warm', to: 'anna', state: 'ringing' },
  })
  const { days: meanwhile } = await read()
  t.strictSame(meanwhile.get('boris')?.calls, [], 'a talk is history when it is over')
  await pool.query(
    `update reservations set state = 'ended', outcome = 'served', ended_at = now() where id = $1`,
    [id],
  )
  await pool.query(
    `update places set state = 'ended', result = 'served', ended_at = now() where id = $1`,
    [placeId],
  )
  await pool.query(
    `update talks set ended_at = started_at + interval '65 s' where reservation_id = $1`,
    [id],
  )
  await pool.query(
    `update presence set state = 'wrap-up', wrap_up_until = now() + interval '30 s'
      where login = 'boris'`,
  )
  t.match(await call(), { reservationId: id, state: 'wrap-up' })
  await follow([placeId], [])
  const { days, counts, places } = await read()
  t.match(days.get('boris'), {
    answered: 1,
    missed: 0,
    talkSeconds: 65,
    calls: [{ callSid: 'CA1' }],
  })
  t.match(counts.get('general'), { offered: 2, answered: 2, abandoned: 0, leftForCallback: 0 })
  t.notOk(places.some((place) => place.id === placeId))

  const wrapUps = createWrapUps(database)
  const written = { topic: 'services', result: 'решено', note: 'Перезвонить не нужно' }
  t.equal(await wrapUps.writeUp('boris', written), true)
  t.match(await createPresenceStore(database).find('boris'), {
    state: 'available',
    wrapUpUntil: null,
  })
  const { rows } = await pool.query(
    `select topic, result, note, written_up_at is not null as written from talks
      where reservation_id = $1`,
    [id],
  )
  t.strictSame(rows, [{ ...written, written: true }])
  t.equal(await wrapUps.writeUp('boris', written), false, 'not once more when free')
  t.equal(await call(), undefined)
  await follow([], ['boris'])
  const next = await reservation('boris')
  await follow([], ['boris'])
  await pool.query(
    `update reservations set state = 'ended', outcome = 'no-answer', ended_at = now() where id = $1`,
    [next.id],
  )
  await pool.query(`update places set state = 'waiting' where id = $1`, [next.placeId])
  await follow([], ['boris'])
})

t.test(
  'what is written up during the talk does not end it; a wish comes true afterwards',
  async (t) => {
    await givenOperators({ database }, { login: 'clara' })
    const { id } = await reservation('clara', { state: 'bridged' })
    const presence = createPresenceStore(database)
    const wrapUps = createWrapUps(database)
    const written = { topic: 'services', result: '', note: '' }
    t.equal(await wrapUps.writeUp('clara', written), true)
    t.match(await presence.find('clara'), { state: 'talking' })
    t.equal(await presence.set('clara', 'break', null), 'busy')
    await pool.query(
      `update reservations set state = 'ended', outcome = 'served', ended_at = now() where id = $1`,
      [id],
    )
    await pool.query(
      `update presence set state = 'wrap-up', wrap_up_until = now() where login = 'clara'`,
    )
    t.equal(await wrapUps.writeUp('clara', written), true)
    t.match(await presence.find('clara'), { state: 'break' })
    t.equal(await wrapUps.writeUp('nobody', written), false)
  },
)

/** An operator who is signed in. */
const signIn = async (login: string) => {
  await givenOperators({ database }, { login })
  const known = await createOperatorStore(database).credentials(login)
  const token = randomBytes(32)
  const sessions = createSessionStore(database)
  const session = await sessions.open(login, known?.passwordHash ?? '', token, 3600)
  if (session === null) throw new Error('no session')
  return session
}

t.test('a command is begun once, and its answer kept', async (t) => {
  const log = createCommandLog(database)
  const [gleb, hanna] = [await signIn('gleb'), await signIn('hanna')]
  const begun = await Promise.all(Array.from({ length: 10 }, () => log.begin(gleb, 'command-1')))
  t.equal(begun.filter((each) => each === 'new').length, 1)
  t.equal(begun.filter((each) => each === 'running').length, 9)
  await log.finish('gleb', 'command-1', { kind: 'refused', code: 'over', message: 'too late' })
  t.strictSame(await log.begin(gleb, 'command-1'), {
    kind: 'refused',
    code: 'over',
    message: 'too late',
  })
  t.equal(await log.begin(hanna, 'command-1'), 'new', 'identifiers are an operator’s own')
})

t.test(
  'a command of a session that is over is not begun; one that lives is kept alive',
  async (t) => {
    const log = createCommandLog(database)
    const ivan = await signIn('ivan')
    const seen = async () => {
      const { rows } = await pool.query(
        `select now() - seen_at < interval '5 s' as just_now from operator_sessions where id = $1`,
        [ivan.sessionId],
      )
      return rows[0].just_now
    }
    await pool.query(`update operator_sessions set seen_at = now() - interval '1 minute'`)
    t.equal(await log.begin(ivan, 'a'), 'new')
    t.equal(await seen(), true)
    const others = { login: 'hanna', sessionId: ivan.sessionId }
    t.equal(await log.begin(others, 'b'), 'signed-out', 'a session is one operator’s')
    await pool.query(`update operators set is_disabled = true where login = 'ivan'`)
    t.equal(await log.begin(ivan, 'b'), 'signed-out')
    await pool.query(`update operators set is_disabled = false where login = 'ivan'`)
    for (const over of [
      `seen_at = now() - interval '31 minutes'`,
      `seen_at = now(), expires_at = now() - interval '1 second'`,
      `expires_at = now() + interval '1 hour', ended_at = now()`,
    ]) {
      await pool.query(`update operator_sessions set ${over} where id = $1`, [ivan.sessionId])
      t.equal(await log.begin(ivan, 'b'), 'signed-out', over)
    }
    const { rows } = await pool.query(
      `select command_id from console_commands where login = 'ivan'`,
    )
    t.strictSame(rows, [{ command_id: 'a' }])
  },
)

t.test('whoever was signed in and is heard of no more goes offline', async (t) => {
  await givenOperators({ database }, { login: 'dora' }, { login: 'eva' })
  const presence = createPresenceStore(database)
  const sessions = createSessionStore(database)
  const known = await createOperatorStore(database).credentials('dora')
  const session = await sessions.open('dora', known?.passwordHash ?? '', Buffer.alloc(32, 1), 3600)
  if (session === null) throw new Error('no session')
  for (const login of ['dora', 'eva']) {
    t.equal(await presence.set(login, 'available', null), 'set')
    await pool.query(`update presence set since = since - interval '2 minutes' where login = $1`, [
      login,
    ])
  }
  t.equal(await presence.sweep(), 0, 'a session that is alive')
  await pool.query(`update operator_sessions set seen_at = now() - interval '70 s'`)
  t.equal(await presence.sweep(), 1)
  t.match(await presence.find('dora'), { state: 'offline', reason: 'gone' })
  t.match(await presence.find('eva'), { state: 'available' }, 'who never signed in is a telephone')

  t.ok((await sessions.alive([session.sessionId])).has(session.sessionId))
  await presence.set('dora', 'available', null)
  t.equal(await presence.sweep(), 0, 'asked for is heard of')
  t.strictSame(await sessions.end(session.sessionId), { login: 'dora', isLast: true })
  t.equal(await sessions.end(session.sessionId), null)
  t.match(await presence.find('dora'), { state: 'offline', reason: 'signed-out' })
  t.equal((await sessions.alive([session.sessionId])).size, 0)
  await pool.query(`update operator_sessions set ended_at = now() - interval '31 days'`)
  await forgetSignIns(database)
  t.equal((await pool.query('select from operator_sessions')).rowCount, 0)
})

t.test('a wish that meets a claim is kept for afterwards', async (t) => {
  await givenOperators({ database }, { login: 'faina' })
  const presence = createPresenceStore(database)
  t.equal(await presence.set('faina', 'available', null), 'set')
  const claim = await pool.connect()
  await claim.query('begin')
  await claim.query(`update presence set state = 'reserved' where login = 'faina'`)
  const wish = presence.set('faina', 'break', null)
  await untilSomebodyWaits()
  await claim.query('commit')
  claim.release()
  t.equal(await wish, 'busy')
  t.match(await presence.find('faina'), { state: 'reserved', reason: null })
  const { rows } = await pool.query(`select next_state from presence where login = 'faina'`)
  t.strictSame(rows, [{ next_state: 'break' }])
  t.equal(await presence.set('nobody', 'break', null), 'unknown')
})

t.test(
  'no session is opened by a password that is being changed, or for one disabled',
  async (t) => {
    await givenOperators({ database }, { login: 'galya' })
    const operators = createOperatorStore(database)
    const sessions = createSessionStore(database)
    const open = (passwordHash: string) =>
      sessions.open('galya', passwordHash, Buffer.alloc(32, passwordHash.length), 3600)
    const { passwordHash = '' } = (await operators.credentials('galya')) ?? {}
    const change = await pool.connect()
    await change.query('begin')
    await change.query(`update operators set password_hash = 'another' where login = 'galya'`)
    const opened = open(passwordHash)
    await untilSomebodyWaits()
    await change.query('commit')
    change.release()
    t.equal(await opened, null)
    t.match(await open('another'), { login: 'galya', role: 'operator' })
    t.ok(await operators.change('galya', { isDisabled: true }, true))
    t.equal(await open('another'), null)
  },
)
