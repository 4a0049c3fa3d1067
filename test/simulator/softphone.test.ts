import { createHmac } from 'node:crypto'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import t from 'tap'
import twilio from 'twilio'
import { readSoftphoneCommand, softphone } from '../../src/simulator/softphone.ts'
import type { SoftphoneCommand, SoftphoneReport } from '../../src/simulator/softphone-protocol.ts'
import { identityIn, identityInClaim } from '../../src/simulator/softphone-token.ts'
import { accountSid, authToken, carrierOf, line, ownCall, type Page } from './wire-server.ts'

const secret = 'the secret of the key'

const tokenOf = (identity: string, incomingAllow = true, ttl = 3600): string => {
  const { AccessToken } = twilio.jwt
  const token = new AccessToken(accountSid, `SK${'1'.repeat(32)}`, secret, { identity, ttl })
  token.addGrant(new AccessToken.VoiceGrant({ incomingAllow }))
  return token.toJwt()
}

const talking = '<Dial action="/done"><Conference>talk</Conference></Dial>'

const open = async (pages: Readonly<Record<string, Page>> = {}) => {
  const { server, carrier } = await carrierOf(
    {
      '/voice':
        '<Dial action="/done"><Client url="/whisper"><Identity>anna</Identity>' +
        '<Parameter name="place" value="42"/></Client></Dial>',
      '/whisper': '<Say>A call about passports</Say>',
      '/done': '<Hangup/>',
      '/talk': talking,
      ...pages,
    },
    { callsPerSecond: Number.POSITIVE_INFINITY },
  )
  const go = carrier.clock.hold()
  const app = Fastify()
  await app.register(websocket)
  await app.register(softphone, {
    carrier,
    publicOrigin: () => 'https://hotline.example',
    authenticate: (token) => identityIn(token, { accountSid, secret }),
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const sockets: WebSocket[] = []
  t.teardown(async () => {
    go()
    for (const socket of sockets) socket.close()
    await carrier.close()
    await app.close()
    await server.close()
  })
  /** A page with its softphone; `next` waits for the next report of a type. */
  const page = async (identity: string, resume?: string) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/simulated/softphone`)
    sockets.push(socket)
    const got: SoftphoneReport[] = []
    let read = 0
    let wake = (): void => {}
    socket.addEventListener('message', ({ data }) => {
      got.push(JSON.parse(String(data)))
      wake()
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    const send = (command: SoftphoneCommand): void => socket.send(JSON.stringify(command))
    const next = async <Type extends SoftphoneReport['type']>(type: Type) => {
      for (;;) {
        while (read >= got.length) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        const report = got[read]
        read += 1
        if (report?.type === type) return report as Extract<SoftphoneReport, { type: Type }>
      }
    }
    send({
      type: 'register',
      token: tokenOf(identity),
      ...(resume !== undefined && { resume }),
    })
    await next('registered')
    return { socket, send, next, got }
  }
  const closed = (socket: WebSocket, code?: number) =>
    new Promise((resolve) => {
      socket.addEventListener('close', resolve)
      socket.close(code)
    })
  return { server, carrier, page, url, go, closed }
}

t.test('a softphone rings with its parameters, accepts, hears the whisper, hangs up', async (t) => {
  const { carrier, page, server } = await open()
  const anna = await page('anna')
  const call = carrier.dial({ to: line, from: '+79160000001' })
  const ringing = await anna.next('ringing')
  t.match(ringing, { from: '+79160000001', to: 'client:anna', parameters: { place: '42' } })
  const { callSid } = ringing
  anna.send({ type: 'accept', callSid })
  t.match(await anna.next('accepted'), { callSid })
  t.match(await anna.next('utterance'), { text: 'A call about passports' })
  anna.send({ type: 'mute', callSid, on: true })
  t.match(await anna.next('muted'), { on: true })
  anna.send({ type: 'hang-up', callSid })
  await anna.next('ended')
  await call.settled
  t.match(server.got.find(({ path }) => path === '/done')?.form.get('DialCallStatus'), 'completed')
  t.match(carrier.rung(), [{ to: 'client:anna', rang: true }])
})

t.test('all pages of one operator ring, and the first to accept has the call', async (t) => {
  const { carrier, page } = await open()
  const [one, other] = [await page('anna'), await page('anna')]
  const stranger = await page('boris')
  carrier.dial({ to: line })
  const { callSid } = await one.next('ringing')
  await other.next('ringing')
  stranger.send({ type: 'accept', callSid })
  t.match(await stranger.next('refused'), { message: /no such call/ })
  other.send({ type: 'accept', callSid })
  await other.next('accepted')
  t.match(await one.next('stopped'), { callSid, reason: 'accepted-elsewhere' })
  one.send({ type: 'accept', callSid })
  t.match(await one.next('refused'), { message: /not ringing/ })
  one.send({ type: 'hang-up', callSid })
  t.match(await one.next('refused'), { message: /does not have/ })
})

t.test(
  'declined everywhere is busy; nobody registered is no answer, and does not ring',
  async (t) => {
    const { carrier, page, server, go } = await open()
    const anna = await page('anna')
    const call = carrier.dial({ to: line })
    const { callSid } = await anna.next('ringing')
    anna.send({ type: 'reject', callSid })
    t.match(await anna.next('stopped'), { reason: 'rejected' })
    await call.settled
    anna.socket.close()
    await new Promise((resolve) => anna.socket.addEventListener('close', resolve))
    go()
    while (carrier.softphones.registered().length > 0) await new Promise(setImmediate)
    await carrier.dial({ to: line }).settled
    t.same(
      server.got
        .filter(({ path }) => path === '/done')
        .map(({ form }) => form.get('DialCallStatus')),
      ['busy', 'no-answer'],
    )
    t.same(
      carrier.rung().map(({ rang }) => rang),
      [true, false],
    )
  },
)

t.test('what rings rings on when a page is loaded again', async (t) => {
  const { carrier, page, closed } = await open()
  const anna = await page('anna')
  carrier.dial({ to: line })
  const { callSid } = await anna.next('ringing')
  await closed(anna.socket, 4000)
  const again = await page('anna')
  t.match(await again.next('ringing'), { callSid })
  again.send({ type: 'accept', callSid })
  t.match(await again.next('accepted'), { callSid })
})

t.test('the caller who hangs up stops the ringing', async (t) => {
  const { carrier, page } = await open()
  const anna = await page('anna')
  const call = carrier.dial({ to: line })
  const { callSid } = await anna.next('ringing')
  call.hangUp()
  t.match(await anna.next('stopped'), { callSid, reason: 'canceled' })
})

t.test(
  'a page that goes away hangs up; one whose network broke may take the call up again',
  async (t) => {
    const { carrier, page, closed } = await open()
    const ring = async () => {
      const call = carrier.originate(
        ownCall('client:anna', {
          kind: 'twiml',
          text: '<Response><Pause length="900"/></Response>',
        }),
      )
      return call
    }
    const anna = await page('anna')
    const call = await ring()
    anna.send({ type: 'accept', callSid: (await anna.next('ringing')).callSid })
    await anna.next('accepted')
    await closed(anna.socket, 1000)
    t.equal((await call.ended).reason, 'hung-up-by-caller')

    const again = await page('anna')
    const second = await ring()
    again.send({ type: 'accept', callSid: (await again.next('ringing')).callSid })
    await again.next('accepted')
    await closed(again.socket, 4000)
    const back = await page('anna', second.callSid)
    t.match(await back.next('accepted'), { callSid: second.callSid })
    back.send({ type: 'hang-up', callSid: second.callSid })
    await second.ended
    const late = await page('anna', second.callSid)
    t.match(await late.next('ended'), { callSid: second.callSid })
  },
)

t.test('only a good token registers', async (t) => {
  const rules = { accountSid, secret }
  const good = tokenOf('anna')
  t.equal(identityIn(good, rules), 'anna')
  t.equal(identityIn(good, { ...rules, secret: 'other' }), null)
  t.equal(identityIn(good, { ...rules, accountSid: 'AC1' }), null)
  t.equal(identityIn(good, { ...rules, now: () => Date.now() / 1000 + 3601 }), null)
  t.equal(identityIn(tokenOf('anna', false), rules), null)
  t.equal(identityIn(`${good}x`, rules), null)
  t.equal(identityIn('nonsense', rules), null)
  const claim = `${Buffer.from('анна').toString('base64url')}.${Math.floor(Date.now() / 1000) + 60}`
  const proof = createHmac('sha256', authToken).update(claim).digest('base64url')
  t.equal(identityInClaim(`${claim}.${proof}`, { authToken }), 'анна')
  t.equal(identityInClaim(`${claim}.${proof}`, { authToken: 'other' }), null)
  t.equal(identityInClaim(`${claim}.${proof}`, { authToken, now: () => Date.now() }), null)
  t.equal(identityInClaim('nonsense', { authToken }), null)
  const { url } = await open()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/simulated/softphone`)
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const over = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  socket.send(JSON.stringify({ type: 'register', token: authToken }))
  t.equal((await over).code, 4401)
})

t.test('what is not of the protocol is no command', (t) => {
  const callSid = `CA${'0'.repeat(32)}`
  for (const wrong of [
    '',
    '[]',
    '{"type":"accept"}',
    `{"type":"accept","callSid":"${callSid}","more":1}`,
    `{"type":"mute","callSid":"${callSid}","on":"yes"}`,
    `{"type":"keys","callSid":"${callSid}","keys":"a"}`,
    `{"type":"register","token":"x","resume":"y"}`,
  ]) {
    t.equal(readSoftphoneCommand(wrong), null)
  }
  t.match(readSoftphoneCommand(`{"type":"keys","callSid":"${callSid}","keys":"1#"}`), {
    keys: '1#',
  })
  t.end()
})
