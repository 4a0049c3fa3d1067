import t from 'tap'
import {
  type BridgePorts,
  callerAlone,
  callerArrives,
  legReported,
  operatorAnswered,
  ringOperator,
  sweepTalks,
} from '../../src/queues/bridge.ts'
import type { Dialled } from '../../src/queues/carrier.ts'
import type { Claimed, Reservation } from '../../src/queues/ports.ts'
import { concern } from '../support/concern.ts'

const at = Temporal.Instant.from('2026-11-24T07:05:00Z')
const caller = `CA${'c'.repeat(32)}`
const leg = `CA${'1'.repeat(32)}`
const other = `CA${'2'.repeat(32)}`

/** Ports that note what is asked of them; the reservation is in one state throughout. */
const scene = (
  state: Reservation['state'],
  {
    legSid = leg,
    isLive = true,
    dialled = { kind: 'placed', legSid: leg },
    mode = 'hold',
  }: {
    readonly legSid?: string | null
    readonly isLive?: boolean
    readonly dialled?: Dialled
    readonly mode?: 'hold' | 'callback'
  } = {},
) => {
  const did: string[] = []
  const reservation: Claimed = {
    id: 'r1',
    place: {
      id: 'p1',
      callSid: caller,
      ...concern,
      since: at,
      rankAt: at,
      mode,
      state: state === 'bridged' ? 'talking' : 'reserved',
      result: null,
      preferredOperator: null,
      window: null,
    },
    operator: { login: 'anna', contact: 'client:anna' },
    isConsultation: false,
    state,
    leaseUntil: at,
    legSid,
    dialled: '+78005557373',
  }
  const note =
    <T>(name: string, answer: T) =>
    async (...args: readonly unknown[]): Promise<T> => {
      did.push([name, ...args.filter((arg) => typeof arg !== 'object')].join(' '))
      return answer
    }
  const isOpen = state !== 'ended'
  const ports = {
    places: { callEnded: note('call-ended', null), end: note('end', null) },
    claims: {
      find: async () => reservation,
      bindLeg: note('bind', isOpen && (legSid === null || legSid === leg)),
      answer: note('answer', isOpen ? { ...reservation, state: 'answered' } : null),
      bridge: note('bridge', state === 'answered'),
      bridgeCaller: async (_id: string, callSid: string) =>
        state === 'answered' && callSid === caller ? { placeId: 'p1', login: 'anna' } : null,
      release: note('release', state === 'ringing' || state === 'answered'),
      finish: note('finish', state === 'bridged'),
    },
    carrier: {
      dial: note('dial', dialled),
      hangUp: note('hang-up', true),
      redirect: note('redirect', isLive),
      isLive: async () => isLive,
    },
    talks: { ofLeg: async () => null, openFor: async () => ['r1'] },
    hints: { hint: () => {} },
    wrapUpSeconds: () => 30,
    ringSeconds: () => 20,
    callerId: () => '+78005557373',
    failpoint: async () => {},
    onFault: () => {},
  } as unknown as BridgePorts
  return { ports, reservation, did }
}

t.test('a leg is dialled once; only a certain refusal gives the place back', async (t) => {
  const placed = scene('ringing', { legSid: null })
  await ringOperator(placed.ports, placed.reservation)
  t.same(placed.did, ['dial', `bind r1 ${leg}`])
  const refusal = { kind: 'refused', code: '21211', message: 'no', isTemporary: false } as const
  const refused = scene('ringing', { legSid: null, dialled: refusal })
  await ringOperator(refused.ports, refused.reservation)
  t.same(refused.did, ['dial', 'release r1 bad-contact'])
  const away = scene('ringing', { legSid: null, dialled: { ...refusal, isTemporary: true } })
  await ringOperator(away.ports, away.reservation)
  t.same(away.did, ['dial', 'release r1 carrier-away'])
  const unsure = scene('ringing', {
    legSid: null,
    dialled: { kind: 'uncertain', message: 'reset' },
  })
  await ringOperator(unsure.ports, unsure.reservation)
  t.same(unsure.did, ['dial'])
  const late = scene('ended')
  await ringOperator(late.ports, late.reservation)
  t.same(late.did, ['dial', `bind r1 ${leg}`, `hang-up ${leg}`])
})

t.test(
  'a leg whose order was in doubt is known by its first news; a second one is cut',
  async (t) => {
    const unsure = scene('ringing', { legSid: null })
    await legReported(unsure.ports, 'r1', leg, 'ringing')
    t.same(unsure.did, [`bind r1 ${leg}`])
    const second = scene('ringing')
    await legReported(second.ports, 'r1', other, 'ringing')
    t.same(second.did, [`hang-up ${other}`])
    await legReported(second.ports, 'r1', other, 'completed')
    t.equal(second.did.length, 1, 'its end means nothing')
  },
)

t.test('how a leg ends says what becomes of place and operator', async (t) => {
  for (const [status, reason] of [
    ['busy', 'busy'],
    ['no-answer', 'no-answer'],
    ['failed', 'leg-failed'],
    ['canceled', 'leg-failed'],
    ['completed', 'declined'],
  ] as const) {
    const { ports, did } = scene('ringing')
    await legReported(ports, 'r1', leg, status)
    t.same(did, ['finish r1 30', `release r1 ${reason}`], status)
  }
  const answered = scene('answered')
  await legReported(answered.ports, 'r1', leg, 'completed')
  t.equal(
    answered.did.at(-1),
    `redirect ${caller} /voice/bridge/r1`,
    'the caller may be on the way',
  )
  const talking = scene('bridged')
  await legReported(talking.ports, 'r1', leg, 'completed')
  t.same(talking.did, ['finish r1 30', `call-ended ${leg}`])
})

t.test('an operator who answers has the caller fetched, who may have gone', async (t) => {
  const here = scene('ringing')
  t.match(await operatorAnswered(here.ports, 'r1', leg), { kind: 'join', conference: 'place-p1' })
  t.same(here.did, [`answer r1 ${leg}`, `redirect ${caller} /voice/bridge/r1`])
  const gone = scene('ringing', { isLive: false })
  await operatorAnswered(gone.ports, 'r1', leg)
  await new Promise((done) => setImmediate(done))
  t.same(gone.did.slice(2), [`call-ended ${caller}`, 'release r1 caller-left', `hang-up ${leg}`])
  const callback = scene('ringing', { mode: 'callback' })
  await operatorAnswered(callback.ports, 'r1', leg)
  t.same(callback.did, [`answer r1 ${leg}`], 'nobody is on the line yet')
  const late = scene('ended')
  t.same(await operatorAnswered(late.ports, 'r1', leg), { kind: 'over' })
})

t.test('a caller comes into the room of a reservation that is open, and of no other', async (t) => {
  t.equal(await callerArrives(scene('answered').ports, 'r1', caller), 'place-p1')
  t.equal(await callerArrives(scene('bridged').ports, 'r1', caller), 'place-p1')
  t.equal(await callerArrives(scene('bridged').ports, 'r1', other), null)
  t.equal(await callerArrives(scene('answered').ports, 'r1', other), null)
  t.equal(await callerArrives(scene('ringing').ports, 'r1', caller), null)
  t.equal(await callerArrives(scene('ended').ports, 'r1', caller), null)
})

t.test('an end that nobody told of is found out', async (t) => {
  const waits = scene('bridged')
  await callerAlone(waits.ports, 'r1', caller)
  t.same(waits.did, [])
  t.equal(await sweepTalks(waits.ports), 0)
  const lost = scene('bridged', { isLive: false })
  await callerAlone(lost.ports, 'r1', caller)
  t.same(lost.did, ['finish r1 30', `redirect ${caller} /voice/bridge/r1`])
  t.equal(await sweepTalks(scene('bridged', { isLive: false }).ports), 1)
  const over = scene('ended')
  await callerAlone(over.ports, 'r1', caller)
  t.same(over.did, [`redirect ${caller} /voice/bridge/r1`])
})
