import t from 'tap'
import { errandsOf, noErrands } from '../../src/calls/errands.ts'
import type { Outside, SentRequest } from '../../src/calls/outside.ts'
import type { FetchAnswer, FetchRequest, Need } from '../../src/voicexml/fetch-request.ts'

const request = (more: Partial<FetchRequest> = {}): FetchRequest => ({
  purpose: 'data',
  method: 'get',
  url: 'http://a.example/',
  body: null,
  timeoutMs: null,
  maxAgeSeconds: null,
  maxStaleSeconds: null,
  ...more,
})

const need = (index: number, more: Partial<FetchRequest> = {}): Need => ({
  kind: 'fetch',
  request: request(more),
  index,
})

const text = (content: string): FetchAnswer => ({
  kind: 'text',
  text: content,
  hash: `hash of ${content}`,
})

/** A world outside in which every fetch takes as long as it is told. */
const world = (slowness: readonly number[] = [], whilePausing?: () => Promise<void>) => {
  let clock = 0
  const timeouts: number[] = []
  const claimed = new Map<string, FetchAnswer | null>()
  const stored = new Map<string, string>()
  const keyOf = ({ callSid, turn, ordinal, request }: SentRequest) =>
    JSON.stringify([callSid, turn, ordinal, request])
  const outside: Outside = {
    web: {
      fetch: async (_request, timeoutMs) => {
        timeouts.push(timeoutMs)
        clock += slowness[timeouts.length - 1] ?? 0
        return text(`answer ${timeouts.length}`)
      },
    },
    texts: {
      load: async (hashes) =>
        new Map(
          hashes.flatMap((hash) => (stored.has(hash) ? [[hash, stored.get(hash) ?? '']] : [])),
        ),
      keep: async (texts) => {
        for (const [hash, content] of texts) stored.set(hash, content)
      },
    },
    sent: {
      claim: async (sent) => {
        const known = claimed.get(keyOf(sent))
        if (known === undefined) claimed.set(keyOf(sent), null)
        if (known === undefined) return { kind: 'first' }
        return known === null ? { kind: 'unanswered' } : { kind: 'answered', answer: known }
      },
      answered: async (sent, answer) => {
        claimed.set(keyOf(sent), answer)
      },
    },
    elapsed: () => clock,
    pause: async (milliseconds) => {
      clock += milliseconds
      await whilePausing?.()
    },
  }
  const turn = (number = 1) => errandsOf(outside, { callSid: 'CA1', turn: number })
  return { outside, turn, timeouts, stored, claimed }
}

t.test('what a run needs is got once and given to it again', async (t) => {
  const { turn, timeouts } = world()
  const errands = turn()
  t.same(errands.given(0), { fetched: [], texts: new Map() })
  await errands.meet(0, need(0))
  await errands.meet(0, need(1, { url: 'http://a.example/2' }))
  t.match(errands.given(0)?.fetched, [
    { request: { url: 'http://a.example/' }, answer: { text: 'answer 1' } },
    { request: { url: 'http://a.example/2' }, answer: { text: 'answer 2' } },
  ])
  t.same(errands.given(1)?.fetched, [], 'other runs of the turn have their own')
  await errands.meet(0, need(1, { url: 'http://a.example/3' }))
  t.same(
    errands.given(0)?.fetched.map(({ request }) => request.url),
    ['http://a.example/', 'http://a.example/3'],
    'answers that the run does not take are of no use',
  )
  t.equal(timeouts.length, 3)
})

t.test('all fetches of a turn together end before the carrier gives up', async (t) => {
  const { turn, timeouts } = world([1_000, 1_500, 600, 0])
  const errands = turn()
  await errands.meet(0, need(0))
  await errands.meet(0, need(1, { timeoutMs: 10_000 }))
  await errands.meet(1, need(0, { timeoutMs: 300 }))
  await errands.meet(1, need(1))
  await errands.meet(1, need(2))
  t.same(timeouts, [3_200, 2_200, 300, 100, 100])
  await errands.meet(1, need(3, { timeoutMs: 0 }))
  t.match(errands.given(1)?.fetched.at(-1)?.answer, { event: 'error.badfetch' })
})

t.test('when the time of a turn is used up the rest is error.badfetch at once', async (t) => {
  const { turn, timeouts } = world([3_200])
  const errands = turn()
  await errands.meet(0, need(0))
  await errands.meet(0, need(1))
  t.match(errands.given(0)?.fetched[1]?.answer, { kind: 'failed', event: 'error.badfetch' })
  t.equal(timeouts.length, 1)
})

t.test(
  'what is posted is claimed first; a turn taken again gets the answer of the first time',
  async (t) => {
    const { turn, timeouts } = world()
    const first = turn()
    await first.meet(0, need(0, { method: 'post' }))
    await first.meet(0, need(1, { method: 'post' }))
    t.equal(timeouts.length, 2, 'the same request twice in one turn is two requests')
    const again = turn()
    await again.meet(0, need(0, { method: 'post' }))
    await again.meet(0, need(1, { method: 'post' }))
    t.same(again.given(0), first.given(0))
    t.equal(timeouts.length, 2)
    const other = turn()
    await other.meet(0, need(0, { method: 'post', url: 'http://a.example/other' }))
    t.equal(timeouts.length, 3, 'another request is another one')
    await turn(2).meet(0, need(0, { method: 'post' }))
    t.equal(timeouts.length, 4, 'and so is that of another turn')
  },
)

t.test('what was posted and never answered is not posted again', async (t) => {
  const { outside, turn, timeouts } = world()
  await outside.sent.claim({
    callSid: 'CA1',
    turn: 1,
    ordinal: 0,
    request: request({ method: 'post' }),
  })
  const errands = turn()
  await errands.meet(0, need(0, { method: 'post' }))
  t.match(errands.given(0)?.fetched[0]?.answer, { event: 'error.badfetch', message: /sent before/ })
  t.equal(timeouts.length, 0)
})

t.test(
  'only texts that the session stands on are kept, or all of them before a transaction',
  async (t) => {
    const { turn, stored } = world()
    const errands = turn()
    await errands.meet(0, need(0))
    await errands.meet(1, need(0))
    await errands.keep([])
    t.equal(stored.size, 0)
    await errands.keep([{ purpose: 'data', hash: 'hash of answer 2', url: 'http://a.example/' }])
    t.same([...stored.values()], ['answer 2'])
    await errands.keep('all')
    t.equal(stored.size, 2)
  },
)

t.test('texts that a session stands on come from where they were kept', async (t) => {
  const { turn, stored } = world()
  stored.set('h', 'kept')
  const errands = turn()
  await errands.meet(0, { kind: 'texts', hashes: ['h'] })
  t.same(errands.given(0)?.texts, new Map([['h', 'kept']]))
  await t.rejects(errands.meet(0, { kind: 'texts', hashes: ['h', 'gone'] }), { message: /is gone/ })
})

t.test('where there is nothing outside nothing is given', async (t) => {
  t.equal(noErrands.given(0), null)
  await noErrands.keep('all')
  await t.rejects(noErrands.meet(0, need(0)))
})

t.test('what another node is sending just now is waited for', async (t) => {
  const sent = { callSid: 'CA1', turn: 1, ordinal: 0, request: request({ method: 'post' }) }
  let pauses = 0
  const { outside, turn, timeouts } = world([], async () => {
    pauses += 1
    if (pauses === 3) await outside.sent.answered(sent, text('theirs'))
  })
  await outside.sent.claim(sent)
  const errands = turn()
  await errands.meet(0, need(0, { method: 'post' }))
  t.match(errands.given(0)?.fetched[0]?.answer, { text: 'theirs' })
  t.same([pauses, timeouts.length], [3, 0])
})
