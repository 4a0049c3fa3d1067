import fc from 'fast-check'
import t from 'tap'
import { createSecrets, newToken, tokenHash } from '../../src/callers/secrets.ts'
import { createSignInStore } from '../../src/db/sign-in-codes.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const store = createSignInStore(database)
const secrets = createSecrets('key')
const address = 'here'

/** The code of the last message to a number; null before the first. */
const lastCode = async (phone: string): Promise<string | null> => {
  const { rows } = await database.pool.query<{ id: string }>(
    `select facts ->> 'codeId' as id from text_messages where to_number = $1
      order by queued_at desc, id desc limit 1`,
    [phone],
  )
  return rows[0] === undefined ? null : secrets.code(rows[0].id)
}
const tryCode = (phone: string, code: string) =>
  store.signIn({
    ...{ phone, address, language: null },
    tokenHash: tokenHash(newToken()),
    isCode: (id) => secrets.isCode(code, id),
  })

type Step = 'ask' | 'right' | 'wrong' | 'expire' | 'forget'

/** What people who ask and type in whatever order must find; one number. */
const play = async (phone: string, steps: readonly Step[]): Promise<void> => {
  let asked = 0
  let open: { tries: number } | null = null
  for (const step of steps) {
    if (step === 'ask') {
      const outcome = await store.request({ ...{ phone, by: 'sms', language: null }, address })
      if ((outcome === 'sent') !== asked < 3) throw new Error(`asked ${asked} times: ${outcome}`)
      if (outcome !== 'sent') continue
      asked += 1
      open ??= { tries: 0 }
    } else if (step === 'expire') {
      await database.pool.query(
        'update sign_in_codes set expires_at = clock_timestamp() where phone = $1',
        [phone],
      )
      open = null
    } else if (step === 'forget') {
      await database.pool.query('delete from caller_attempts')
      asked = 0
    } else {
      const code = (await lastCode(phone)) ?? '000000'
      const wrong = code === '111111' ? '222222' : '111111'
      const outcome = await tryCode(phone, step === 'right' ? code : wrong)
      const isIn = typeof outcome === 'object'
      if (isIn !== (step === 'right' && open !== null))
        throw new Error(`${step} with ${JSON.stringify(open)}: ${JSON.stringify(outcome)}`)
      if (open === null) continue
      open = isIn || open.tries === 4 ? null : { tries: open.tries + 1 }
    }
  }
}

t.test('whatever is asked and typed, only an open code lets its owner in, once', async (t) => {
  let count = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom<Step>('ask', 'right') },
          { weight: 4, arbitrary: fc.constant<Step>('wrong') },
          { weight: 1, arbitrary: fc.constantFrom<Step>('expire', 'forget') },
        ),
        { maxLength: 24 },
      ),
      async (steps) => {
        count += 1
        await database.pool.query('delete from caller_attempts')
        await play(`+7916${String(count).padStart(7, '0')}`, steps)
      },
    ),
    { numRuns: 60 },
  )
  t.pass()
})

t.test('a right code typed in many pages at once opens one session', async (t) => {
  const phone = '+79169999999'
  await store.request({ phone, by: 'sms', language: null, address })
  const code = (await lastCode(phone)) ?? ''
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => tryCode(phone, code)))
  t.equal(outcomes.filter((outcome) => typeof outcome === 'object').length, 1)
  const { rowCount } = await database.pool.query('select from caller_sessions where phone = $1', [
    phone,
  ])
  t.equal(rowCount, 1)
})
