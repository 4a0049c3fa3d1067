import fc from 'fast-check'
import t from 'tap'
import { virtualClock } from '../../src/simulator/clock.ts'
import type { Participant } from '../../src/simulator/conference.ts'
import { createConferences } from '../../src/simulator/conferences.ts'
import { seededSids } from '../../src/simulator/identifiers.ts'

const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      starts: fc.boolean(),
      ends: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('leave' as const), who: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), who: fc.nat(9) }) },
)

t.test('a conference starts once, ends once, and counts what it tells', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const told = new Map<string, { readonly event: string; readonly sequence: number }[]>()
      const conferences = createConferences(
        virtualClock(),
        seededSids('conferences'),
        (conference, _news, parameters) => {
          const form = new Map(parameters)
          const list = told.get(conference.sid) ?? []
          list.push({
            event: form.get('StatusCallbackEvent') ?? '',
            sequence: Number(form.get('SequenceNumber')),
          })
          told.set(conference.sid, list)
        },
      )
      const news = {
        url: 'https://hotline.example/',
        method: 'POST',
        events: new Set(['start', 'end', 'join', 'leave', 'hold']),
      } as const
      let count = 0
      for (const one of commands) {
        const conference = conferences.open('talk', news)
        const there: readonly Participant[] = [...conference.participants.values()]
        const who = 'who' in one ? there[one.who % Math.max(1, there.length)] : undefined
        if (one.do === 'join') {
          count += 1
          conferences.join(conference, {
            callSid: `CA${count}`,
            label: null,
            muted: false,
            startsOnEnter: one.starts,
            endsOnExit: one.ends,
            callSidToCoach: null,
            nudge: () => {},
          })
        } else if (one.do === 'end') conferences.end(conference)
        else if (who && one.do === 'hold') conferences.change(conference, who, { hold: !who.hold })
        else if (who) conferences.leave(conference, who, 'participant_hung_up', 'completed')
      }
      for (const conference of conferences.list()) {
        const list = told.get(conference.sid) ?? []
        const count = (event: string): number => list.filter((one) => one.event === event).length
        const started = count('conference-start')
        const over = conference.status === 'completed'
        t.same(
          list.map(({ sequence }) => sequence),
          list.map((_, index) => index + 1),
        )
        t.equal(count('conference-end'), over ? 1 : 0)
        t.ok(started <= 1)
        t.equal(over ? list.at(-1)?.event : 'conference-end', 'conference-end')
        t.equal(
          count('participant-join') - count('participant-leave'),
          conference.participants.size,
        )
        if (over) t.equal(conference.participants.size, 0)
        else t.equal(started === 1, conference.status === 'in-progress')
      }
    }),
    { numRuns: 50 },
  )
  t.end()
})
