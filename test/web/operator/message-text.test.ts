import t from 'tap'
import { messageText } from '../../../src/web/operator/message-text.ts'
import type { ServerMessage } from '../../../src/web/operator/protocol.ts'

t.test('a message is on the wire what it is in memory, also when it goes to many', async (t) => {
  const gone = { type: 'place-gone', id: 'Место «0»' } as const
  const messages: readonly ServerMessage[] = [
    { type: 'resync' },
    { type: 'events', sequence: 7, events: [] },
    { type: 'events', sequence: 2 ** 47, events: [gone, { type: 'queue-gone', name: 'a"b' }] },
    { type: 'events', sequence: 8, events: [gone] },
    { type: 'answer', id: '1', outcome: 'refused', code: 'over', message: 'The call is over' },
  ]
  for (const message of messages) t.strictSame(JSON.parse(messageText(message)), message)
})
