import type { AddressInfo } from 'node:net'
import express from 'express'
import twilio from 'twilio'
import { authToken, origin } from '../caller.ts'
import { announce, buildMenu } from './answer.ts'

/** What Twilio's own guides build: Express, the library's middleware and builder, no state. */
const app = express()
app.use(express.urlencoded({ extended: false }))
app.use((request, response, next) =>
  twilio.webhook({ validate: true, url: origin + request.originalUrl }, authToken)(
    request,
    response,
    next,
  ),
)
app.post('/voice/*path', (_request, response) => {
  response.type('text/xml').send(buildMenu())
})
const server = app.listen(0, '127.0.0.1', () => {
  void announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
