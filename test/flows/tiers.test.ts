import t from 'tap'
import { addOperator } from '../support/queue-scene.ts'
import { startTestServer } from '../support/server.ts'

t.test('organisations are served in the order of their tiers, and known by number', async (t) => {
  const now = Temporal.Instant.from('2026-11-24T09:00:00Z')
  const { signedPost, database } = await startTestServer(t, { clock: { now: () => now } })
  const skills = ['business']
  await addOperator(database, 'anna', { skills, state: 'break' })
  const smallest = ['+78005553232', '+78005553131', '+78005553030'] as const
  for (const [index, line] of smallest.entries()) {
    const callSid = `CA${String(index).padStart(32, '0')}`
    const fields = { CallSid: callSid, From: `+7916123456${index}`, To: line, Direction: 'inbound' }
    await signedPost('/voice/incoming', fields)
    for (const [turn, keys] of ['7707083893', '0'].entries())
      await signedPost(`/voice/turn/${turn + 1}`, { ...fields, Digits: keys })
  }
  const { rows } = await database.pool.query(
    'select tier, business_number, priority from places order by since',
  )
  t.strictSame(
    rows.map(({ tier, business_number }) => [tier, business_number]),
    [3, 2, 1].map((tier) => [tier, '7707083893']),
  )
  t.ok(
    rows.every(({ priority }) => priority >= 0 && priority <= 20),
    'what is beyond twenty counts for nothing',
  )
  const { rows: inOrder } = await database.pool.query('select tier from places order by rank_at')
  t.strictSame(
    inOrder.map(({ tier }) => tier),
    [1, 2, 3],
    'though the small one came first',
  )
})
