import { randomUUID } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { maxPersons } from '../callers/person.ts'
import type { Invited, PersonWish } from '../callers/ports.ts'
import { type Secrets, tokenHash } from '../callers/secrets.ts'
import { lockKeys } from './advisory-locks.ts'
import type { DB } from './schema.ts'
import { queueMessage } from './text-messages.ts'
import { type PersonRow, toPerson } from './trusted-person-rows.ts'

/** An invitation is told to the caller by word of mouth: not always at once. */
const codeSeconds = 24 * 3600

/** Guesses at one code. */
export const maxCodeTries = 5

/** Invitations a day: of one caller, and to one person by whomever. */
const limits = { caller: 10, person: 3 }

/** Puts somebody into a caller's list and queues the message with the code. */
export const invite = async (
  transaction: Transaction<DB>,
  secrets: Pick<Secrets, 'refusalToken'>,
  callerPhone: string,
  wish: PersonWish,
): Promise<Invited> => {
  await lockKeys(transaction, [`trusts ${callerPhone}`])
  const { rows: known } = await sql<PersonRow>`
    select p.* from trusted_persons p where caller_phone = ${callerPhone}`.execute(transaction)
  const before = known.find(({ phone }) => phone === wish.phone)
  if (before?.state === 'invited' || before?.state === 'confirmed') return { kind: 'known' }
  if (before?.state === 'refused' || (await wantsNone(transaction, wish.phone)))
    return { kind: 'refused' }
  const there = known.filter(({ state }) => state === 'invited' || state === 'confirmed')
  if (there.length >= maxPersons) return { kind: 'full' }
  const wait = await countInvitation(transaction, callerPhone, wish.phone)
  if (wait !== null) return { kind: 'too-many', retryAfterSeconds: wait }
  const id = before?.id ?? randomUUID()
  const refusal = Buffer.from(tokenHash(secrets.refusalToken(id)))
  const made = await sql<PersonRow>`
    insert into trusted_persons
      (id, caller_phone, phone, name, is_told_of_calls, is_told_place, may_read, may_write,
       code_expires_at, refusal_hash)
    values (${id}, ${callerPhone}, ${wish.phone}, ${wish.name}, ${wish.isToldOfCalls},
            ${wish.isToldPlace}, ${wish.mayRead}, ${wish.mayWrite}, ${codeEnd}, ${refusal})
    on conflict (caller_phone, phone) do update set
        name = excluded.name, state = 'invited', is_told_of_calls = excluded.is_told_of_calls,
        is_told_place = excluded.is_told_place, may_read = excluded.may_read,
        may_write = excluded.may_write, code_id = gen_random_uuid(), code_tries = 0,
        code_expires_at = excluded.code_expires_at, invited_at = clock_timestamp(),
        changed_at = clock_timestamp()
    returning *`.execute(transaction)
  await queueInvitation(transaction, id)
  const [row] = made.rows
  if (row === undefined) throw new Error('A trusted person was not written')
  return { kind: 'invited', person: toPerson(row) }
}

/** Queues the message once more. A number: so many seconds must pass first. */
export const inviteAgain = async (
  transaction: Transaction<DB>,
  person: Pick<PersonRow, 'id' | 'caller_phone' | 'phone'>,
): Promise<'sent' | number> => {
  const wait = await countInvitation(transaction, person.caller_phone, person.phone)
  if (wait !== null) return wait
  await renewCode(transaction, person.id)
  await queueInvitation(transaction, person.id)
  return 'sent'
}

const codeEnd = sql`clock_timestamp() + make_interval(secs => ${sql.lit(codeSeconds)})`

/** A code that is over, or has been guessed at too often, gives way to a new one. */
const renewCode = async (transaction: Transaction<DB>, id: string): Promise<void> => {
  await sql`
    update trusted_persons set
        code_id = gen_random_uuid(), code_tries = 0, code_expires_at = ${codeEnd}
      where id = ${id}
        and (code_tries >= ${maxCodeTries}
             or code_expires_at < clock_timestamp() + interval '1 hour')`.execute(transaction)
}

/** In the language of the caller, whom the person knows; by the name that the caller goes by. */
const queueInvitation = async (transaction: Transaction<DB>, id: string): Promise<void> => {
  const { rows } = await sql<{
    phone: string
    code_id: string
    caller_phone: string
    caller_name: string | null
    language: string
  }>`select p.phone, p.code_id, p.caller_phone, c.name as caller_name, c.language
       from trusted_persons p join callers c on c.phone = p.caller_phone
      where p.id = ${id}`.execute(transaction)
  const [row] = rows
  if (row === undefined) throw new Error('A trusted person has no caller')
  await queueMessage(transaction, {
    purpose: `invitation ${randomUUID()}`,
    by: 'sms',
    to: row.phone,
    line: null,
    language: row.language,
    content: {
      kind: 'invitation',
      caller: { name: row.caller_name, phone: row.caller_phone },
      codeId: row.code_id,
      personId: id,
    },
    worthSeconds: 3600,
  })
}

/** Null: within the limits. Invitations of the outbox are what is counted. */
const countInvitation = async (
  transaction: Transaction<DB>,
  callerPhone: string,
  phone: string,
): Promise<number | null> => {
  await lockKeys(transaction, [`invited ${phone}`])
  const wait = (which: ReturnType<typeof sql>, most: number) => sql`(
    select ceil(extract(epoch from queued_at + interval '1 day' - clock_timestamp()))::int
      from text_messages
     where kind = 'invitation' and ${which} and queued_at > clock_timestamp() - interval '1 day'
     order by queued_at desc limit 1 offset ${most - 1})`
  const { rows } = await sql<{ wait: number | null }>`
    select greatest(
      ${wait(sql`facts -> 'caller' ->> 'phone' = ${callerPhone}`, limits.caller)},
      ${wait(sql`to_number = ${phone}`, limits.person)}) as wait`.execute(transaction)
  const seconds = rows[0]?.wait ?? null
  return seconds === null ? null : Math.max(1, seconds)
}

const wantsNone = async (transaction: Transaction<DB>, phone: string): Promise<boolean> => {
  const { rows } = await sql`select from refusals where phone = ${phone}`.execute(transaction)
  return rows.length > 0
}
