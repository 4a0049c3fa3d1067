import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import t from 'tap'
import WebSocket from 'ws'
import { realClock } from '../../src/simulator/clock.ts'
import { runDial } from '../../src/simulator/dial.ts'
import { dialTexts } from '../../src/simulator/dial-texts.ts'
import { phone, readCommand } from '../../src/simulator/phone.ts'
import type { PhoneReport } from '../../src/simulator/phone-protocol.ts'
import { createSpeaker } from '../../src/simulator/speech.ts'
import { carrierOf, line, ownCall, type Page } from './wire-server.ts'

const publicOrigin = () => 'http://127.0.0.1:3000'
const lines = [{ number: line, name: 'Горячая линия', description: '', languages: ['ru-RU'] }]

const open = async (pages: Readonly<Record<string, Page>>, maxCalls = 50) => {
  const { server, carrier } = await carrierOf(pages, { clock: realClock })
  const app = Fastify()
  await app.register(phone, { carrier, lines: () => lines, publicOrigin, maxCalls })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    await carrier.close()
    await app.close()
    await server.close()
  })
  return { url, app, server, carrier }
}

/** A telephone that speaks itself, so that nothing is waited for. */
const pickUp = async (url: string, origin?: string) => {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/phone/socket`,
    origin === undefined ? {} : { origin },
  )
  const reports: PhoneReport[] = []
  const news = new PassThrough({ objectMode: true })
  const send = (command: unknown): void => socket.send(JSON.stringify(command))
  socket.on('message', (data) => {
    const report = JSON.parse(String(data)) as PhoneReport
    reports.push(report)
    news.write(report)
    if (report.type === 'utterance') send({ type: 'spoken', utterance: report.utterance })
  })
  socket.on('close', () => news.end())
  await once(socket, 'open')
  const until = async (wanted: (report: PhoneReport) => boolean): Promise<PhoneReport | null> => {
    for (;;) {
      const report = news.read() as PhoneReport | null
      if (report && wanted(report)) return report
      if (report) continue
      if (news.readableEnded) return null
      await Promise.race([once(news, 'readable'), once(news, 'end')])
    }
  }
  return { socket, send, reports, until }
}

const menu: Readonly<Record<string, Page>> = {
  '/voice':
    '<Gather action="/menu" numDigits="1"><Say language="ru-RU">Нажмите один</Say></Gather>',
  '/menu': (got) => `<Say>You pressed ${got.form.get('Digits')}</Say>`,
}

t.test('a telephone dials, hears, presses and is told the end', async (t) => {
  const { url } = await open(menu)
  const { send, until, socket } = await pickUp(url, publicOrigin())
  send({ type: 'sound', on: true })
  send({ type: 'dial', to: line, from: 'anonymous' })
  t.match(await until((report) => report.type === 'utterance'), { text: 'Нажмите один' })
  await until((report) => report.type === 'prompted')
  send({ type: 'keys', keys: '1' })
  t.match(await until((report) => report.type === 'utterance'), { text: 'You pressed 1' })
  t.match(await until((report) => report.type === 'call'), { state: 'ended', reason: 'completed' })
  socket.close()
})

t.test('a telephone is rung by its number, answers, talks, or turns the call away', async (t) => {
  const { url, carrier, server } = await open({
    '/leg': '<Gather action="/menu" numDigits="1"><Say>Press one</Say></Gather>',
    ...menu,
  })
  const { send, until, socket } = await pickUp(url, publicOrigin())
  send({ type: 'sound', on: true })
  send({ type: 'number', number: '+7 916 123-45-67' })
  // The refusal comes after the number was taken.
  send({ type: 'dial', to: '+70000000000' })
  await until((report) => report.type === 'refused')
  const call = () =>
    carrier.originate(
      ownCall('+79161234567', {
        kind: 'document',
        request: { url: `${server.url}/leg`, method: 'POST', parameters: [] },
      }),
    )
  const first = call()
  t.match(await until((report) => report.type === 'ringing'), { from: line, to: '+79161234567' })
  send({ type: 'hang-up' })
  t.match(await until((report) => report.type === 'ringing-over'), { why: 'over' })
  t.match(await first.ended, { status: 'busy' })

  const second = call()
  await until((report) => report.type === 'ringing')
  send({ type: 'answer' })
  await until((report) => report.type === 'prompted')
  send({ type: 'keys', keys: '1' })
  t.match(await until((report) => report.type === 'utterance'), { text: 'You pressed 1' })
  t.match(await second.ended, { status: 'completed' })
  socket.close()
})

t.test('the example to ask for is told, or that there is none', async (t) => {
  const example = { number: 'RU-2026-000001', keys: '2026000001#', accessCode: '4821' }
  const app = Fastify()
  const { carrier, server } = await carrierOf({}, { clock: realClock })
  await app.register(phone, { carrier, lines: () => lines, publicOrigin, example })
  t.teardown(() => Promise.all([app.close(), server.close()]))
  t.same((await app.inject('/phone/example')).json(), example)
  const { app: without } = await open({})
  t.equal((await without.inject('/phone/example')).json(), null)
})

t.test('closing the page hangs up', async (t) => {
  const { url, server, carrier } = await open(menu)
  const { send, until, socket } = await pickUp(url)
  send({ type: 'dial', to: line })
  await until((report) => report.type === 'listening')
  const [call] = carrier.calls()
  socket.close()
  t.match(await call?.ended, { reason: 'hung-up-by-caller' })
  await call?.settled
  t.equal(server.got.at(-1)?.path, '/status')
})

t.test('a second call, a line that is none and a full exchange are refused', async (t) => {
  const { url } = await open(menu, 1)
  const one = await pickUp(url)
  one.send({ type: 'dial', to: '+70000000000' })
  t.match(await one.until((report) => report.type === 'refused'), { message: /no line/ })
  one.send({ type: 'dial', to: line })
  await one.until((report) => report.type === 'listening')
  one.send({ type: 'dial', to: line })
  t.match(await one.until((report) => report.type === 'refused'), { message: /in a call/ })
  const two = await pickUp(url)
  two.send({ type: 'dial', to: line })
  t.match(await two.until((report) => report.type === 'refused'), { message: /busy/ })
  one.send({ type: 'hang-up' })
  t.match(await one.until((report) => report.type === 'call' && report.state === 'ended'), {
    reason: 'hung-up-by-caller',
  })
  two.send({ type: 'dial', to: line })
  t.match(await two.until((report) => report.type === 'call'), { state: 'dialling' })
  one.socket.close()
  two.socket.close()
})

t.test('a page of another origin may not pick up', async (t) => {
  const { url } = await open(menu)
  for (const origin of ['http://evil.example', 'http://127.0.0.1:3001', 'null', 'nonsense']) {
    await t.rejects(pickUp(url, origin), /403/)
  }
  const local = await pickUp(url, 'http://localhost:3000')
  local.socket.close()
})

t.test('messages outside the protocol are refused, large ones end the connection', async (t) => {
  const { url } = await open(menu)
  const { send, until, socket } = await pickUp(url)
  send({ type: 'keys', keys: 'abc' })
  t.match(await until((report) => report.type === 'refused'), { message: /protocol/ })
  socket.send('x'.repeat(5000))
  const [code] = await once(socket, 'close')
  t.equal(code, 1009)
})

t.test('the protocol knows its messages and nothing else', (t) => {
  const good = [
    { type: 'dial', to: line },
    { type: 'dial', to: line, from: '' },
    { type: 'keys', keys: '0*#' },
    { type: 'hang-up' },
    { type: 'spoken', utterance: 1 },
    { type: 'sound', on: false },
  ]
  for (const command of good) t.same(readCommand(JSON.stringify(command)), command)
  const bad = [
    'nonsense',
    'null',
    '[]',
    '"dial"',
    ...[
      {},
      { type: 'dial' },
      { type: 'dial', to: 7 },
      { type: 'dial', to: line, from: 7 },
      { type: 'dial', to: line, extra: 1 },
      { type: 'dial', to: 'x'.repeat(65) },
      { type: 'keys', keys: '' },
      { type: 'hang-up', now: true },
      { type: 'spoken', utterance: '1' },
      { type: 'sound', on: 1 },
      { type: 'explode' },
    ].map((command) => JSON.stringify(command)),
  ]
  for (const message of bad) t.equal(readCommand(message), null, message)
  t.end()
})

t.test('the lines are listed, and the host may have WebSockets already', async (t) => {
  const { url } = await open(menu)
  t.same(await (await fetch(`${url}/phone/lines`)).json(), lines)
  t.equal((await fetch(`${url}/phone/socket`)).status, 426)
  const { carrier, server } = await carrierOf(menu)
  const app = Fastify()
  await app.register(websocket)
  await app.register(phone, { carrier, lines: () => lines, publicOrigin })
  await app.ready()
  await app.close()
  await server.close()
})

t.test('text becomes sound in Russian, Tatar and English', async (t) => {
  const { url } = await open(menu)
  const speech = (language: string, said: string, headers = {}): Promise<Response> =>
    fetch(`${url}/phone/speech?${new URLSearchParams({ language, text: said })}`, { headers })
  for (const language of ['ru-RU', 'tt-RU', 'en-US']) {
    const sound = await speech(language, '-один')
    t.equal(sound.headers.get('content-type'), 'audio/wav')
    t.equal(Buffer.from(await sound.arrayBuffer()).toString('latin1', 0, 4), 'RIFF')
  }
  t.equal((await speech('xx', 'a')).status, 404)
  t.equal((await speech('ru-RU', 'a'.repeat(1001))).status, 413)
  t.equal((await speech('ru-RU', '')).status, 400)
  t.equal((await speech('ru-RU', 'a', { 'sec-fetch-site': 'cross-site' })).status, 403)
})

t.test('a synthesiser that is not installed is said to be so', async (t) => {
  const worker = t.testdir({ 'worker.mjs': "await import('no-such-package-at-all')" })
  const speaker = createSpeaker(`${worker}/worker.mjs`)
  t.same(await speaker.speak('ru-RU', 'а'), { kind: 'none', why: 'not-installed' })
  t.same(await speaker.speak('ru-RU', 'б'), { kind: 'none', why: 'not-installed' })
  speaker.close()
})

t.test('a synthesiser that dies is started again', async (t) => {
  const worker = t.testdir({
    'worker.mjs': `process.send({ ready: true })
      process.on('message', ({ id, text }) => {
        if (text === 'die') process.exit(1)
        process.send({ id, wav: Buffer.from(text).toString('base64') })
      })`,
  })
  const speaker = createSpeaker(`${worker}/worker.mjs`)
  t.match(await speaker.speak('ru-RU', 'one'), { kind: 'sound', wav: Buffer.from('one') })
  t.same(await speaker.speak('ru-RU', 'die'), { kind: 'none', why: 'failed' })
  t.match(await speaker.speak('ru-RU', 'two'), { kind: 'sound' })
  speaker.close()
})

const dialled = async (url: string, keys: Readable, options = {}) => {
  const output = new PassThrough()
  const code = await runDial({ url, input: keys, output, ...options })
  output.end()
  return { code, said: await text(output) }
}

t.test('the terminal telephone prints what is said and sends piped lines one a menu', async (t) => {
  const { url } = await open(menu)
  const input = new PassThrough()
  input.end('1\n')
  const { code, said } = await dialled(url, input)
  t.equal(code, 0)
  t.match(said, /> Нажмите один\n< 1\n> You pressed 1\n/)
  t.match(said, /The line ended the call\.\n$/)
})

t.test('the terminal telephone hangs up when the piped keys run out', async (t) => {
  const { url } = await open(menu)
  const input = new PassThrough()
  input.end('')
  const { said } = await dialled(url, input, { locale: 'ru_RU.UTF-8', number: line })
  t.match(said, 'Вы положили трубку.')
})

t.test('in a terminal every key goes out as it is typed, and h hangs up', async (t) => {
  const { url } = await open({ '/voice': '<Gather/>', '/menu': '' })
  const raw: boolean[] = []
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => raw.push(on),
  })
  const output = new PassThrough()
  const over = runDial({ url, input, output })
  let said = ''
  for await (const chunk of output) {
    said += chunk
    if (said.includes('answered')) {
      input.write('h')
      break
    }
  }
  t.equal(await over, 0)
  t.same(raw, [true, false])
})

t.test('the terminal telephone says when the server goes away', async (t) => {
  const { url, app, carrier } = await open({ '/voice': '<Gather timeout="600"/>' })
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const over = dialled(url, input)
  while (carrier.calls().length === 0) await new Promise((resolve) => setImmediate(resolve))
  await app.close()
  const { code, said } = await over
  t.equal(code, 1)
  t.match(said, 'The connection to the server is lost.')
})

t.test('the terminal telephone says what is missing', async (t) => {
  const nobody = await dialled('http://127.0.0.1:1', new PassThrough(), { locale: 'ru' })
  t.equal(nobody.code, 1)
  t.match(nobody.said, 'npm start')
  const { url } = await open(menu)
  const wrong = await dialled(url, new PassThrough(), { number: '+70000000000' })
  t.equal(wrong.code, 1)
  t.match(wrong.said, 'There is no line')
  for (const locale of ['ru', 'en']) {
    const texts = dialTexts(locale)
    for (const reason of ['hung-up-by-caller', 'completed', 'rejected', 'busy', 'failed']) {
      t.ok(texts.ended(reason))
    }
  }
})
