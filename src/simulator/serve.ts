import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import type { NumberSettings } from './call.ts'
import { type Carrier, createCarrier } from './carrier.ts'
import { control } from './control.ts'
import { createHostility, type Hostility } from './hostility.ts'
import { type ApiRequest, restApi } from './rest.ts'
import { softphone } from './softphone.ts'
import { identityIn, identityInClaim } from './softphone-token.ts'

export type StandaloneOptions = {
  readonly port: number
  readonly host?: string
  readonly accountSid: string
  readonly authToken: string
  /** Numbers of the account; each leads to `server`. */
  readonly numbers: readonly string[]
  /** Where the hotline listens. */
  readonly server: string
  /** The address that the hotline signs for, where that is another one. */
  readonly publicUrl?: string
  readonly callsPerSecond?: number
  /** Of the API key that the access tokens of softphones are signed with. */
  readonly secret?: string
}

export type Standalone = {
  readonly url: string
  readonly carrier: Carrier
  readonly hostility: Hostility
  readonly close: () => Promise<void>
}

const requestsKept = 100_000

const settingsFor = (origin: string): NumberSettings => ({
  voiceUrl: `${origin}/voice/incoming`,
  voiceFallbackUrl: `${origin}/voice/fallback`,
  statusCallback: `${origin}/voice/status`,
})

/** The simulated carrier by itself, with its API, softphones and controls, on a port of its own. */
export const standAlone = async (options: StandaloneOptions): Promise<Standalone> => {
  const { accountSid, authToken, server, publicUrl = server, secret = authToken } = options
  const hostility = createHostility()
  const requests: ApiRequest[] = []
  let url = ''
  const carrier = createCarrier({
    accountSid,
    authToken,
    numbers: Object.fromEntries(options.numbers.map((number) => [number, settingsFor(publicUrl)])),
    origins: { [new URL(publicUrl).origin]: new URL(server).origin },
    faults: hostility.faults,
    get apiUrl() {
      return url
    },
    ...(options.callsPerSecond !== undefined && { callsPerSecond: options.callsPerSecond }),
  })
  const app = Fastify({ forceCloseConnections: true })
  const publicOrigin = (): string => new URL(publicUrl).origin
  await app.register(restApi, {
    carrier,
    trouble: hostility.troubles,
    lag: hostility.lag,
    observe: (request) => {
      requests.push(request)
      if (requests.length > requestsKept) requests.shift()
    },
  })
  await app.register(softphone, {
    carrier,
    publicOrigin,
    authenticate: (token) =>
      identityIn(token, { accountSid, secret }) ?? identityInClaim(token, { authToken }),
  })
  await app.register(control, { carrier, publicOrigin, hostility, requests: () => requests })
  url = await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' })
  return {
    url,
    carrier,
    hostility,
    close: async () => {
      await carrier.close()
      await app.close()
    },
  }
}

const usage =
  'node src/simulator/serve.ts --account AC… --token … --server http://127.0.0.1:3000 --number +7… [--number …] ' +
  '[--port 0] [--public-url …] [--calls-per-second 1] [--secret …]\n'

const run = async (): Promise<void> => {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      account: text,
      token: text,
      server: text,
      port: text,
      secret: text,
      number: { type: 'string', multiple: true },
      'public-url': text,
      'calls-per-second': text,
    },
  })
  const { account, token, server, number = [] } = values
  if (account === undefined || token === undefined || server === undefined) {
    process.stderr.write(usage)
    process.exitCode = 64
    return
  }
  const perSecond = values['calls-per-second']
  const standalone = await standAlone({
    accountSid: account,
    authToken: token,
    server,
    numbers: number,
    port: Number(values.port ?? 0),
    ...(values['public-url'] !== undefined && { publicUrl: values['public-url'] }),
    ...(values.secret !== undefined && { secret: values.secret }),
    ...(perSecond !== undefined && { callsPerSecond: Number(perSecond) }),
  })
  process.stdout.write(`${JSON.stringify({ url: standalone.url })}\n`)
  const stop = (): void => void standalone.close().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run()
