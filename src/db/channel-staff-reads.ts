import { CompiledQuery } from 'kysely'
import type { StaffReads } from '../channel/read-as-staff.ts'
import { readChannels } from './channel-reads.ts'
import type { Database } from './database.ts'
import { noteInJournal } from './journal.ts'
import { inTransaction } from './transaction.ts'

/** Channels as staff reads them afterwards: no reading without its entry in the journal. */
export const createStaffReads = ({ kysely }: Pick<Database, 'kysely'>): StaffReads => ({
  read: ({ callSid, reader, reason, after }) =>
    inTransaction(kysely, async (transaction) => {
      const found = await transaction
        .selectFrom('channels')
        .select(['id', 'phone'])
        .where('call_sid', '=', callSid)
        .executeTakeFirst()
      if (found === undefined) return null
      const readings = await readChannels(
        async (_name, text, values) =>
          (await transaction.executeQuery(CompiledQuery.raw(text, [...values]))).rows,
        [{ channelId: found.id, after }],
      )
      await noteInJournal(transaction, {
        login: reader,
        action: 'channel-read',
        subject: callSid,
        details: { channel: found.id, phone: found.phone, reason, after },
      })
      return readings.get(found.id) ?? null
    }),
})
