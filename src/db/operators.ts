import { type Selectable, sql, type Transaction } from 'kysely'
import type { Operator, Role } from '../operators/operator.ts'
import type { OperatorChanges, OperatorStore } from '../operators/ports.ts'
import type { Database } from './database.ts'
import { endSessionsOf } from './operator-sessions.ts'
import { putOffline } from './presence.ts'
import type { DB, Operators } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** Operators in PostgreSQL. */
export const createOperatorStore = ({ kysely }: Pick<Database, 'kysely'>): OperatorStore => ({
  create: ({ passwordHash, ...operator }) =>
    inTransaction(kysely, async (transaction) => {
      const made = await transaction
        .insertInto('operators')
        .values({ ...operatorColumns(operator), password_hash: passwordHash })
        .onConflict((conflict) => conflict.column('login').doNothing())
        .returning('login')
        .executeTakeFirst()
      if (made === undefined) return 'exists'
      await transaction.insertInto('presence').values({ login: made.login }).execute()
      return 'created'
    }),
  change: (login, changes, endsSessions) =>
    inTransaction(kysely, (transaction) => change(transaction, login, changes, endsSessions)),
  find: async (login) => {
    const row = await kysely
      .selectFrom('operators')
      .selectAll()
      .where('login', '=', login)
      .executeTakeFirst()
    return row === undefined ? null : toOperator(row)
  },
  list: async () => {
    const rows = await kysely.selectFrom('operators').selectAll().orderBy('login').execute()
    return rows.map(toOperator)
  },
  credentials: async (login) => {
    const row = await kysely
      .selectFrom('operators')
      .select(['password_hash', 'totp_secret', 'is_disabled'])
      .where('login', '=', login)
      .executeTakeFirst()
    return row === undefined
      ? null
      : {
          passwordHash: row.password_hash,
          totpSecret: row.totp_secret,
          isDisabled: row.is_disabled,
        }
  },
  takeTotpStep: async (login, step) => {
    const taken = await kysely
      .updateTable('operators')
      .set({ totp_step: step })
      .where('login', '=', login)
      .where((where) => where.or([where('totp_step', 'is', null), where('totp_step', '<', step)]))
      .returning('login')
      .executeTakeFirst()
    return taken !== undefined
  },
})

const change = async (
  transaction: Transaction<DB>,
  login: string,
  { passwordHash, totpSecret, ...changes }: OperatorChanges,
  endsSessions: boolean,
): Promise<boolean> => {
  const changed = await transaction
    .updateTable('operators')
    .set({
      // Something is always set, so that a change of nothing finds the row too.
      created_at: sql`created_at`,
      ...columns(changes),
      ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
      ...(totpSecret === undefined
        ? {}
        : { totp_secret: totpSecret === null ? null : Buffer.from(totpSecret), totp_step: null }),
    })
    .where('login', '=', login)
    .returning('login')
    .executeTakeFirst()
  if (changed === undefined) return false
  const wasSignedIn = endsSessions && (await endSessionsOf(transaction, login))
  if (changes.isDisabled === true) await putOffline(transaction, login, 'disabled')
  else if (wasSignedIn) await putOffline(transaction, login, 'signed-out')
  return true
}

const operatorColumns = ({
  login,
  name,
  role,
  skills,
  languages,
  contact,
}: Omit<Operator, 'isDisabled'>) => ({
  login,
  name,
  role,
  skills: [...skills],
  languages: [...languages],
  contact,
})

const columns = (changes: Partial<Operator>) => ({
  ...(changes.name === undefined ? {} : { name: changes.name }),
  ...(changes.role === undefined ? {} : { role: changes.role }),
  ...(changes.skills === undefined ? {} : { skills: [...changes.skills] }),
  ...(changes.languages === undefined ? {} : { languages: [...changes.languages] }),
  ...(changes.contact === undefined ? {} : { contact: changes.contact }),
  ...(changes.isDisabled === undefined ? {} : { is_disabled: changes.isDisabled }),
})

const toOperator = (row: Selectable<Operators>): Operator => ({
  login: row.login,
  name: row.name,
  // The table checks it.
  role: row.role as Role,
  skills: row.skills,
  languages: row.languages,
  contact: row.contact,
  isDisabled: row.is_disabled,
})
