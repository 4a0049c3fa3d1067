import fc from 'fast-check'
import t from 'tap'
import { type AttemptOutcome, nextAttempt } from '../../src/callbacks/next-attempt.ts'

const outcomes: readonly AttemptOutcome[] = [
  ...(['no-answer', 'busy', 'failed', 'canceled', 'machine', 'unconfirmed', 'left'] as const),
  ...(['no-operator', 'not-taken', 'not-found'] as const),
]

t.test(
  'who does not answer is called three times, a quarter of an hour and an hour apart',
  async (t) => {
    const after = (rang: number) => nextAttempt('asked', { rang, dialled: rang }, 'no-answer')
    t.same(after(1), { kind: 'again', afterSeconds: 900 })
    t.same(after(2), { kind: 'again', afterSeconds: 3600 })
    t.same(after(3), { kind: 'failed', why: 'unreached' })
  },
)

t.test('a broken-off talk is dialled three times, ten seconds apart', async (t) => {
  const after = (rang: number) => nextAttempt('broken-off', { rang, dialled: rang }, 'no-answer')
  t.same(after(1), { kind: 'again', afterSeconds: 10 })
  t.same(after(2), { kind: 'again', afterSeconds: 10 })
  t.same(after(3), { kind: 'failed', why: 'unreached' })
})

t.test(
  'an engaged telephone costs no attempt, and yet every request comes to an end',
  async (t) => {
    t.same(nextAttempt('asked', { rang: 0, dialled: 11 }, 'busy'), {
      kind: 'again',
      afterSeconds: 300,
    })
    t.same(nextAttempt('asked', { rang: 0, dialled: 12 }, 'busy').kind, 'failed')
    fc.assert(
      fc.property(
        fc.constantFrom('asked', 'broken-off'),
        fc.infiniteStream(fc.constantFrom(...outcomes)),
        (reason, stream) => {
          let [rang, dialled] = [0, 0]
          for (const outcome of stream) {
            dialled += 1
            rang += ['no-answer', 'machine', 'unconfirmed', 'left', 'no-operator'].includes(outcome)
              ? 1
              : 0
            const next = nextAttempt(reason as 'asked', { rang, dialled }, outcome)
            if (next.kind === 'failed') break
            if (next.afterSeconds < 0 || next.afterSeconds > 3600) return false
          }
          return rang <= 3 && dialled <= 12
        },
      ),
    )
  },
)
