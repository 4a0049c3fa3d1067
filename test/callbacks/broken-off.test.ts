import t from 'tap'
import { type EndedTalk, isBrokenOff } from '../../src/callbacks/broken-off.ts'
import { concern } from '../support/concern.ts'

const at = (seconds: number) =>
  Temporal.Instant.fromEpochMilliseconds(1_790_000_000_000 + seconds * 1000)

const talk = (more: Partial<EndedTalk>): EndedTalk => ({
  id: '01a1ed76-0000-7000-8000-000000000001',
  callSid: 'CA1',
  ...concern,
  line: null,
  since: at(-60),
  operator: 'anna',
  startedAt: at(0),
  endedAt: at(5),
  legEndedAt: at(5),
  hasLegFailed: false,
  isSaidBrokenOff: false,
  ...more,
})

t.test('whoever hangs up has ended the talk, however short it was', async (t) => {
  t.equal(isBrokenOff(talk({})), false)
  t.equal(isBrokenOff(talk({ endedAt: at(300), legEndedAt: at(300) })), false)
})

t.test('a leg that failed with the talk was lost; one that failed later was not', async (t) => {
  t.equal(isBrokenOff(talk({ hasLegFailed: true })), true)
  t.equal(isBrokenOff(talk({ hasLegFailed: true, legEndedAt: at(3) })), true)
  t.equal(isBrokenOff(talk({ hasLegFailed: true, legEndedAt: at(60) })), false)
})

t.test('the operator knows, once the call is over', async (t) => {
  t.equal(isBrokenOff(talk({ isSaidBrokenOff: true })), true)
  t.equal(isBrokenOff(talk({ isSaidBrokenOff: true, legEndedAt: at(40) })), true)
  t.equal(isBrokenOff(talk({ isSaidBrokenOff: true, legEndedAt: null })), false)
})
