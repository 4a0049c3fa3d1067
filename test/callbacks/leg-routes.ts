import type { FastifyInstance } from 'fastify'
import type { RawBuilder } from 'kysely'
import type { DialPorts } from '../../src/callbacks/dial.ts'
import { calledBack } from '../../src/db/callback-ends.ts'
import type { Database } from '../../src/db/database.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { type Form, fieldOf, parseForm } from '../../src/twilio/form.ts'
import { callbackLegRoutes } from '../../src/web/voice/callback-routes.ts'

const question = '<Gather numDigits="1" timeout="5" action="/keys"><Say>1?</Say></Gather><Hangup/>'
const talk = '<Pause length="10"/><Hangup/>'

const twiml = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`

/** The webhooks of dialled legs, without signatures; whoever presses 1 talks to an operator at once. */
export const legRoutes = async (
  app: FastifyInstance,
  database: Pick<Database, 'kysely'>,
  ports: DialPorts,
  now: () => RawBuilder<Temporal.Instant>,
): Promise<void> => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parseForm(String(body))),
  )
  await app.register(
    async (scope) =>
      callbackLegRoutes(scope, {
        ports,
        talk: async (_request, reply) => reply.type('text/xml').send(twiml(question)),
      }),
    { prefix: '/voice' },
  )
  app.post('/keys', async (request, reply) => {
    const form = request.body as Form
    const callSid = fieldOf(form, 'CallSid')
    const hasPressed = fieldOf(form, 'Digits') === '1'
    await ports.failpoint('test.keys')
    const isTalking =
      hasPressed &&
      (await inTransaction(database.kysely, async (transaction) => {
        await calledBack(transaction, now).confirm(callSid)
        const { numUpdatedRows } = await transaction
          .updateTable('places')
          .set({ state: 'talking' })
          .where('call_sid', '=', callSid)
          .where('state', 'in', ['waiting', 'talking'])
          .executeTakeFirst()
        return numUpdatedRows > 0n
      }))
    await ports.failpoint('test.confirmed')
    return reply.type('text/xml').send(twiml(isTalking ? talk : '<Hangup/>'))
  })
}
