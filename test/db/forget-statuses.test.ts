import t from 'tap'
import { forgetStatuses } from '../../src/db/forget-statuses.ts'
import { testDatabase } from '../support/database.ts'

t.test('what the carrier told is forgotten when the call log has long taken it in', async (t) => {
  const database = await testDatabase(t)
  const { pool } = database
  await pool.query(
    `insert into status_callbacks (call_sid, call_status, received_at)
     select 'CA' || n, 'completed', now() - interval '3 days' from generate_series(1, 5001) n
     union all select 'CAnew', 'completed', now() - interval '47 hours'`,
  )
  t.equal(await forgetStatuses(database), 5001)
  t.equal(await forgetStatuses(database), 0)
  t.strictSame((await pool.query('select call_sid from status_callbacks')).rows, [
    { call_sid: 'CAnew' },
  ])
})
