import Fastify from 'fastify'
import pg from 'pg'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { authToken, origin } from '../caller.ts'
import { announce, menu } from './answer.ts'

/**
 * What a turn costs when it is written plainly: the library's check of the signature, one read, one durable
 * write, a builder's answer made before. No flow, no ledger, no events.
 */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 32 })
await pool.query(`
  create table if not exists bench_calls (call_sid text primary key, turn integer not null, state text not null)`)

const app = Fastify()
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
  done(null, Object.fromEntries(new URLSearchParams(String(body)))),
)
app.post('/voice/*', async (request, reply) => {
  const form = request.body as Record<string, string>
  const signature = String(request.headers['x-twilio-signature'])
  if (!webhooks.validateRequest(authToken, signature, origin + request.url, form))
    return reply.code(403).send()
  const callSid = form['CallSid']
  const { rows } = await pool.query({
    name: 'read',
    text: 'select turn, state from bench_calls where call_sid = $1',
    values: [callSid],
  })
  await pool.query({
    name: 'write',
    text: `insert into bench_calls (call_sid, turn, state) values ($1, $2, $3)
           on conflict (call_sid) do update set turn = excluded.turn, state = excluded.state`,
    values: [callSid, (rows[0]?.turn ?? 0) + 1, form['Digits'] ?? ''],
  })
  return reply.type('text/xml').send(menu)
})
await announce(await app.listen({ port: 0, host: '127.0.0.1' }))
