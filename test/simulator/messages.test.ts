import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import twilio from 'twilio'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { segmentsOf } from '../../src/callers/message-words.ts'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { everyWebhook } from '../../src/simulator/faults.ts'
import { restApi } from '../../src/simulator/rest.ts'
import { troublesByName } from '../../src/simulator/rest-trouble.ts'
import type { TextMessage } from '../../src/simulator/text-messages.ts'

const [accountSid, authToken] = [`AC${'2'.repeat(32)}`, 'token']
const [line, mobile] = ['+78005557373', '+79161234567']

type Options = Parameters<typeof createCarrier>[0]

/** A carrier with its API, and whoever its callbacks go to. */
const open = async (
  t: { teardown(work: () => Promise<void>): unknown },
  carrierOptions: Partial<Options> = {},
  restOptions: Partial<Parameters<typeof restApi>[1]> = {},
) => {
  const news: { form: Record<string, string>; isSigned: boolean }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(body))
      const signature = String(request.headers['x-twilio-signature'])
      news.push({ form, isSigned: webhooks.validateRequest(authToken, signature, url, form) })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/news?of=it`
  const carrier = createCarrier({
    accountSid,
    authToken,
    numbers: { [line]: { voiceUrl: url } },
    ...carrierOptions,
  })
  const app = Fastify()
  await app.register(restApi, { carrier, ...restOptions })
  const client = twilio(accountSid, authToken)
  client.api.baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    await carrier.close()
    await app.close()
    server.closeAllConnections()
    server.close()
  })
  const arrived = (number: string) =>
    new Promise<TextMessage>((resolve) => {
      const close = carrier.messages.mailbox(number, (message) => {
        resolve(message)
        close()
      })
    })
  const send = (more: object = {}) =>
    client.messages.create({
      to: mobile,
      from: line,
      body: 'Код 123456',
      statusCallback: url,
      ...more,
    })
  /** Waits for the news of a status. */
  const heard = async (status: string) => {
    while (!news.some(({ form }) => form['MessageStatus'] === status))
      await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { carrier, client, news, send, arrived, heard }
}

t.test('a message is accepted, sent and delivered, each told by a signed callback', async (t) => {
  const { send, arrived, news, client, heard } = await open(t)
  const message = await send()
  t.match(message, {
    sid: /^SM[0-9a-f]{32}$/,
    status: 'queued',
    direction: 'outbound-api',
    to: mobile,
    from: line,
    numSegments: '1',
    errorCode: null,
  })
  t.match(await arrived(mobile), { sid: message.sid, body: 'Код 123456', from: line })
  await heard('delivered')
  t.same(
    news.map(({ form }) => form['MessageStatus']),
    ['queued', 'sent', 'delivered'],
  )
  for (const { form, isSigned } of news) {
    t.ok(isSigned)
    t.match(form, {
      MessageSid: message.sid,
      SmsSid: message.sid,
      AccountSid: accountSid,
      To: mobile,
    })
    t.equal(form['SmsStatus'], form['MessageStatus'])
  }
  t.match(await client.messages(message.sid).fetch(), { status: 'delivered' })
  t.same((await client.messages.list({ to: mobile })).length, 1)
  t.same(await client.messages.list({ to: '+79160000000' }), [])
})

t.test('what can never be sent is refused as Twilio refuses it', async (t) => {
  const { send, carrier } = await open(t)
  for (const [order, code] of [
    [{ to: 'nowhere' }, 21211],
    [{ to: '' }, 21604],
    [{ from: '' }, 21603],
    [{ from: '+79990000000' }, 21606],
    [{ from: 'A name too long' }, 21606],
    [{ body: '' }, 21602],
    [{ body: 'x'.repeat(1601) }, 21617],
    [{ statusCallback: 'ftp://x' }, 21609],
  ] as const)
    await t.rejects(send(order), { status: 400, code }, JSON.stringify(order).slice(0, 60))
  t.same(carrier.messages.list(), [])
  t.match(await send({ from: 'Hotline' }), { from: 'Hotline' })
})

t.test('a landline, and whoever is set so, gets nothing, and the reason is told', async (t) => {
  const { send, news, heard, carrier } = await open(t)
  carrier.messages.setFate(mobile, { errorCode: 30003 })
  await send()
  await send({ to: '+74951234567', from: 'Hotline' })
  while (news.filter(({ form }) => form['MessageStatus'] === 'undelivered').length < 2)
    await heard('undelivered').then(() => new Promise((resolve) => setTimeout(resolve, 5)))
  t.same(
    news
      .map(({ form }) => form['ErrorCode'])
      .filter((code) => code !== undefined)
      .toSorted(),
    ['30003', '30006'],
  )
})

t.test('a hostile carrier accepts and says that it failed; the ledger knows', async (t) => {
  const { send, carrier } = await open(t, {}, { trouble: () => troublesByName['error-after'] })
  t.match(await send().catch((error) => error), { status: 500 })
  t.match(carrier.messages.list(), [{ to: mobile, body: 'Код 123456' }])
})

t.test('callbacks suffer the faults of the wire as all others do', async (t) => {
  const { send, news, heard, arrived } = await open(t, {
    faults: everyWebhook([{ kind: 'duplicate', times: 1, when: 'afterwards' }], ['message']),
  })
  await send()
  await arrived(mobile)
  await heard('delivered')
  t.ok(news.length >= 5)
})

t.test('both sides count the parts of a message alike', async (t) => {
  const { send } = await open(t)
  for (const body of [
    'x'.repeat(160),
    'x'.repeat(161),
    'ж'.repeat(70),
    'ж'.repeat(71),
    '€'.repeat(80),
    '€'.repeat(81),
  ])
    t.equal(
      (await send({ body, from: `Line ${body.length}`, statusCallback: undefined })).numSegments,
      String(segmentsOf(body)),
    )
})
