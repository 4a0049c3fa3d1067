import Fastify from 'fastify'
import twilio from 'twilio'
import type { Carrier } from '../../src/simulator/carrier.ts'
import { type RestOptions, restApi } from '../../src/simulator/rest.ts'
import { accountSid, authToken } from './wire-server.ts'

/** The API of a carrier on a port of its own, and Twilio's own client that speaks to it. */
export const restClientOf = async (
  carrier: Carrier,
  options: Partial<Omit<RestOptions, 'carrier'>> = {},
) => {
  const app = Fastify()
  await app.register(restApi, { carrier, ...options })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const client = twilio(accountSid, authToken)
  client.api.baseUrl = url
  return { app, url, client }
}
