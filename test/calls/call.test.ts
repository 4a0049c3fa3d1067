import t from 'tap'
import { changesAfter, outcomeAfter } from '../../src/calls/call.ts'
import { changesFromLogs } from '../../src/calls/flow-events.ts'

const log = (label: string, text: string) => ({ type: 'log' as const, label, text })

t.test('the last mark stands', async (t) => {
  t.equal(outcomeAfter(null, 'self-served'), 'self-served')
  t.equal(outcomeAfter('self-served', 'closed-hours'), 'closed-hours')
})

t.test(
  'a promised callback is not forgotten for what comes after, but for an operator',
  async (t) => {
    t.equal(outcomeAfter('callback-requested', 'self-served'), 'callback-requested')
    t.equal(outcomeAfter('callback-requested', 'closed-hours'), 'callback-requested')
    t.equal(outcomeAfter('callback-requested', 'operator'), 'operator')
  },
)

t.test('later changes come over earlier ones and leave the others', async (t) => {
  t.strictSame(
    changesAfter(
      { outcome: 'callback-requested', topic: 'status', callbackTicket: '7' },
      { outcome: 'self-served', topic: 'services' },
    ),
    { outcome: 'callback-requested', topic: 'services', callbackTicket: '7' },
  )
})

t.test(
  'a flow marks its call by labels of log; words unknown to the log change nothing',
  async (t) => {
    t.strictSame(
      changesFromLogs([
        log('topic', ' status '),
        log('outcome', 'self-served'),
        log('outcome', 'splendid'),
        log('topic', ''),
        log('note', 'operator'),
      ]),
      { topic: 'status', outcome: 'self-served' },
    )
  },
)
