import Fastify from 'fastify'
import { parseForm } from '../../../src/twilio/form.ts'
import { signatureCheck } from '../../../src/twilio/signature.ts'
import { authToken, origin } from '../caller.ts'
import { announce, menu } from './answer.ts'

/** The limit: a stateless Fastify handler that checks the signature and answers the same always. */
const app = Fastify()
const isSigned = signatureCheck(() => origin, [authToken])
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
  done(null, parseForm(String(body))),
)
app.post('/voice/*', async (request, reply) => {
  const signature = String(request.headers['x-twilio-signature'])
  if (!isSigned(signature, request.url, request.body as ReturnType<typeof parseForm>))
    return reply.code(403).send()
  return reply.type('text/xml').send(menu)
})
await announce(await app.listen({ port: 0, host: '127.0.0.1' }))
