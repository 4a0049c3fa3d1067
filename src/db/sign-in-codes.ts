import { sql, type Transaction } from 'kysely'
import type { SignInStore } from '../callers/ports.ts'
import { countAttempt, noteRight } from './caller-limits.ts'
import { openCallerSession, openGuestSession } from './caller-sessions.ts'
import type { Database } from './database.ts'
import { isOpenCode } from './open-codes.ts'
import type { DB } from './schema.ts'
import { queueMessage } from './text-messages.ts'
import { inTransaction } from './transaction.ts'

const codeSeconds = 600

/** A code with less left than this is not sent again: it might be over when it is typed. */
const worthSeconds = 300

/** Signing in to the app page, in PostgreSQL. */
export const createSignInStore = ({ kysely }: Pick<Database, 'kysely'>): SignInStore => ({
  request: ({ phone, by, language, address }) =>
    inTransaction(kysely, async (transaction) => {
      const attempt = await countAttempt(transaction, { kind: 'code', phone, address })
      if (typeof attempt === 'number') return attempt
      const { rows: known } = await sql<{ language: string }>`
        select language from callers where phone = ${phone}`.execute(transaction)
      await queueMessage(transaction, {
        purpose: `sign-in ${attempt.id}`,
        by,
        to: phone,
        line: null,
        language: language ?? known[0]?.language ?? 'ru-RU',
        content: { kind: 'sign-in', codeId: await codeToSend(transaction, phone) },
        worthSeconds,
      })
      return 'sent'
    }),
  signIn: ({ phone, address, language, tokenHash, isCode }) =>
    inTransaction(kysely, async (transaction) => {
      const attempt = await countAttempt(transaction, { kind: 'sign-in', phone, address })
      if (typeof attempt === 'number') return attempt
      const { rows } = await sql<{ id: string }>`
        update sign_in_codes set tries = tries + 1
         where id = (select id from sign_in_codes where phone = ${phone} and ${isOpenCode}
                      order by made_at desc limit 1)
        returning id`.execute(transaction)
      const codeId = rows[0]?.id ?? null
      if (!isCode(codeId)) return 'wrong'
      await sql`update sign_in_codes set used_at = clock_timestamp()
                 where phone = ${phone} and used_at is null`.execute(transaction)
      await noteRight(transaction, attempt.id)
      return openCallerSession(transaction, phone, language, tokenHash)
    }),
  signInGuest: ({ linkHash, tokenHash, address }) =>
    inTransaction(kysely, async (transaction) => {
      const attempt = await countAttempt(transaction, { kind: 'guest', phone: '', address })
      if (typeof attempt === 'number') return attempt
      const session = await openGuestSession(transaction, linkHash, tokenHash)
      if (session === null) return 'over'
      await noteRight(transaction, attempt.id)
      return session
    }),
})

/** The open code, so that two messages on their way say the same, or a new one. */
const codeToSend = async (transaction: Transaction<DB>, phone: string): Promise<string> => {
  const { rows: open } = await sql<{ id: string }>`
    select id from sign_in_codes
     where phone = ${phone} and ${isOpenCode}
       and expires_at > clock_timestamp() + make_interval(secs => ${worthSeconds})
     order by made_at desc limit 1`.execute(transaction)
  if (open[0] !== undefined) return open[0].id
  const { rows } = await sql<{ id: string }>`
    insert into sign_in_codes (phone, expires_at)
    values (${phone}, clock_timestamp() + make_interval(secs => ${codeSeconds}))
    returning id`.execute(transaction)
  const [made] = rows
  if (made === undefined) throw new Error('A code was not made')
  return made.id
}
