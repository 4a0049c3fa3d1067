import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { restApi } from '../../src/simulator/rest.ts'
import { accountSid, authToken } from './process.ts'

const number = '+78005557373'
const command = resolve(import.meta.dirname, '../../src/twilio-connect.ts')

/** A carrier's REST API with one number whose calls still go elsewhere. */
const carrierWithNumber = async () => {
  const carrier = createCarrier({
    accountSid,
    authToken,
    numbers: { [number]: { voiceUrl: 'https://elsewhere.example/voice' } },
  })
  const app = Fastify()
  await app.register(restApi, { carrier })
  const apiUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  return { carrier, apiUrl }
}

const run = async (
  settings: Readonly<Record<string, string>>,
  arguments_: readonly string[],
  typed = '',
) => {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [command, ...arguments_], { env: { PATH, ...settings } })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  child.stdin.end(typed)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, output }
}

const account = (apiUrl: string) => ({
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_API_URL: apiUrl,
  PUBLIC_URL: 'https://hotline.example',
})

t.test('a number is pointed at the server, with retries, after showing what changes', async (t) => {
  const { carrier, apiUrl } = await carrierWithNumber()
  const { code, output } = await run(account(apiUrl), [number, '--yes'])
  t.equal(code, 0, output)
  t.match(
    output,
    /voiceUrl\n.*- https:\/\/elsewhere.example\/voice\n.*\+ https:\/\/hotline.example/,
  )
  t.match(carrier.number(number), {
    voiceUrl: /^https:\/\/hotline\.example\/voice\/incoming#.*rc=2/,
    voiceMethod: 'POST',
    voiceFallbackUrl: /^https:\/\/hotline\.example\/voice\/fallback#/,
    statusCallback: /^https:\/\/hotline\.example\/voice\/status#/,
  })
  const again = await run(account(apiUrl), [number, '--yes'])
  t.match(again, { code: 0, output: /connected already/ })
})

t.test('without a yes nothing is changed', async (t) => {
  const { carrier, apiUrl } = await carrierWithNumber()
  t.match(await run(account(apiUrl), [number], 'no\n'), { code: 1, output: /Nothing was changed/ })
  t.match(carrier.number(number), { voiceUrl: 'https://elsewhere.example/voice' })
  t.match(await run(account(apiUrl), [number], 'y\n'), { code: 0, output: /is connected/ })
})

t.test('a number of somebody else, a wrong token and missing settings are told', async (t) => {
  const { apiUrl } = await carrierWithNumber()
  t.match(await run(account(apiUrl), ['+74950000000', '--yes']), {
    code: 1,
    output: /has no number \+74950000000/,
  })
  t.match(await run({ ...account(apiUrl), TWILIO_AUTH_TOKEN: 'wrong' }, [number, '--yes']), {
    code: 1,
    output: /Authenticat/i,
  })
  t.match(await run({}, [number]), { code: 2, output: /TWILIO_ACCOUNT_SID/ })
  t.match(await run(account(apiUrl), []), { code: 2, output: /Say which number/ })
})
