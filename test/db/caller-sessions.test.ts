import t from 'tap'
import { forgetCallerSignIns } from '../../src/db/caller-sessions.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const { pool } = database

t.test(
  'what signing in leaves behind is forgotten in time, people and refusals are not',
  async (t) => {
    const [caller, person] = ['+79161234567', '+79217654321']
    await pool.query(`insert into callers (phone) values ($1)`, [caller])
    await pool.query(`insert into refusals (phone) values ('+79210000000')`)
    const { rows } = await pool.query(
      `insert into trusted_persons (caller_phone, phone, name, is_told_of_calls, is_told_place, may_read,
                                  may_write, code_expires_at, refusal_hash, invited_at)
     values ($1, $2, 'П', true, true, true, true, now(), 'x', now() - interval '5 years') returning id`,
      [caller, person],
    )
    const [{ id }] = rows
    const ages = {
      sign_in_codes: [23, 25],
      caller_attempts: [23, 25],
      guest_links: [71, 73],
    } as const
    for (const hours of ages.sign_in_codes) {
      await pool.query(
        `insert into sign_in_codes (phone, made_at, expires_at)
       values ($1, now() - make_interval(hours => $2), now())`,
        [caller, hours],
      )
      await pool.query(
        `insert into caller_attempts (kind, phone, address, at)
       values ('code', $1, 'here', now() - make_interval(hours => $2))`,
        [caller, hours],
      )
    }
    for (const hours of ages.guest_links) {
      const { rows: links } = await pool.query(
        `insert into guest_links (token_hash, person_id, channel_id, call_sid, made_at)
       values (sha256($3::text::bytea), $1, gen_random_uuid(), 'CA', now() - make_interval(hours => $2))
       returning channel_id`,
        [id, hours, hours],
      )
      await pool.query(
        `insert into caller_sessions (token_hash, person_id, channel_id, expires_at)
       values (sha256($3::text::bytea), $1, $2, now())`,
        [id, links[0].channel_id, `guest ${hours}`],
      )
    }
    for (const days of [29, 31]) {
      await pool.query(
        `insert into caller_sessions (token_hash, phone, expires_at)
       values (sha256($2::text::bytea), $1, now() - make_interval(days => $3))`,
        [caller, `own ${days}`, days],
      )
      await pool.query(
        `insert into text_messages (purpose, kind, by, to_number, language, queued_at, overdue_at, state)
       values ($1, 'sign-in', 'sms', $2, 'ru-RU', now() - make_interval(days => $3), now(), 'sent')`,
        [`of ${days}`, caller, days],
      )
    }
    await forgetCallerSignIns(database)
    await forgetCallerSignIns(database)
    for (const [table, left] of [
      ['sign_in_codes', 1],
      ['caller_attempts', 1],
      ['guest_links', 1],
      ['caller_sessions', 2],
      ['text_messages', 1],
      ['callers', 1],
      ['trusted_persons', 1],
      ['refusals', 1],
    ] as const)
      t.equal((await pool.query(`select from ${table}`)).rowCount, left, table)
  },
)
