import t from 'tap'
import type { RingingCall } from '../../src/simulator/called-phones.ts'
import type { CarrierOptions } from '../../src/simulator/carrier.ts'
import { carrierOf, ownCall } from './wire-server.ts'

const number = '+79161234567'

const open = async (options: Partial<CarrierOptions> = {}) => {
  const { server, carrier } = await carrierOf(
    { '/leg': '<Pause length="60"/>' },
    { callsPerSecond: Number.POSITIVE_INFINITY, ...options },
  )
  const go = carrier.clock.hold()
  t.teardown(async () => {
    go()
    await carrier.close()
    await server.close()
  })
  const call = () =>
    carrier.originate(
      ownCall(number, {
        kind: 'document',
        request: { url: `${server.url}/leg`, method: 'POST', parameters: [] },
      }),
    )
  /** A telephone in somebody's hand, and what happened to it. */
  const handset = (isBusy = false) => {
    const news: string[] = []
    let rings: RingingCall | null = null
    const hold = carrier.handsets.register({
      number,
      isBusy: () => isBusy,
      ring: (ringing) => {
        rings = ringing
        news.push('rings')
      },
      stop: (_callSid, why) => {
        rings = null
        news.push(why)
      },
    })
    return { ...hold, news, rings: () => rings, take: () => hold.answer(rings?.callSid ?? '') }
  }
  return { carrier, call, handset, go }
}

const turn = () => new Promise((done) => setImmediate(done))

t.test(
  'a number rings all telephones that have it, and the first to answer has the call',
  async (t) => {
    const { call, handset } = await open()
    const [one, other] = [handset(), handset()]
    const made = call()
    await turn()
    t.same([one.news, other.news], [['rings'], ['rings']])
    const taken = one.take()
    t.equal(taken?.callSid, made.callSid)
    t.equal(other.take(), null)
    await turn()
    t.same([one.news, other.news], [['rings'], ['rings', 'answered-elsewhere']])
    t.equal(made.record().status, 'in-progress')
  },
)

t.test('a telephone that is taken up while its number rings, rings too', async (t) => {
  const { call, handset, carrier } = await open({ phones: () => ({ kind: 'by-hand' }) })
  const made = call()
  await turn()
  t.equal(made.record().status, 'ringing')
  const late = handset()
  t.same(late.news, ['rings'])
  late.rings()?.refuse('busy')
  await made.ended
  t.equal(made.record().status, 'busy')
  t.same(late.news, ['rings', 'over'])
  t.equal(carrier.rung().filter(({ rang }) => rang).length, 1)
})

t.test('a number whose telephones are all engaged is busy, and nothing rings', async (t) => {
  const { call, handset, go } = await open()
  const engaged = handset(true)
  const made = call()
  go()
  await made.ended
  t.equal(made.record().status, 'busy')
  t.same(engaged.news, [])
})

t.test('a telephone that was put away does not ring; its number answers by itself', async (t) => {
  const { call, handset, go } = await open()
  const gone = handset()
  gone.close()
  const made = call()
  go()
  await made.ended
  t.same(gone.news, [])
  t.equal(made.record().status, 'completed', 'by the telephone that nobody said anything about')
})
