import t from 'tap'
import { tellOfOutages } from '../../src/live/outages.ts'
import type { Outage } from '../../src/queues/carrier-rest.ts'

t.test('consoles and the log hear when the carrier goes away, and when it is back', async (t) => {
  let outage: Outage | null = null
  let change = () => {}
  const told: unknown[] = []
  const log = (level: string) => (entry: unknown) => void told.push([level, entry])
  tellOfOutages(
    {
      outage: () => outage,
      onChange: (listener) => {
        change = listener
        return () => {}
      },
    },
    () => told.push('hint'),
    { warn: log('warn'), info: log('info') } as never,
  )
  t.same(told, [])
  outage = { since: Temporal.Instant.from('2026-11-22T07:42:00Z'), kind: 'unreachable' }
  change()
  outage = null
  change()
  t.strictSame(told, [
    ['warn', { event: 'carrier-away', kind: 'unreachable', since: '2026-11-22T07:42:00Z' }],
    'hint',
    ['info', { event: 'carrier-back' }],
    'hint',
  ])
})
