import type { WebSocket } from '@fastify/websocket'
import type { FastifyPluginAsync } from 'fastify'
import { parseNumber } from '../numbers/e164.ts'
import type { Call } from './call.ts'
import type { RingingCall } from './called-phones.ts'
import { type Carrier, ownNumber } from './carrier.ts'
import type { HandsetHold } from './handsets.ts'
import { addPageSocket, sayingOf } from './page-socket.ts'
import type { PhoneCommand, PhoneExample, PhoneLine, PhoneReport } from './phone-protocol.ts'
import { createSpeaker, type Spoken } from './speech.ts'

export type PhoneOptions = {
  readonly carrier: Carrier
  /** Asked each time: lines come and go with the flows. */
  readonly lines: () => readonly PhoneLine[]
  /** An application whose status can be heard; null when there is none. */
  readonly example?: PhoneExample | null
  /** `PUBLIC_URL`: the only origin whose pages may pick up the telephone. */
  readonly publicOrigin: () => string
  /** Telephones that may be in a call at once. */
  readonly maxCalls?: number
}

/** Seconds that a person may say to speak at once. */
const longestSpeech = 3600

const text = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length <= longest

/** Reads a message of a telephone; null for anything the protocol does not know. */
export const readCommand = (message: string): PhoneCommand | null => {
  const command = sayingOf(message)
  if (command === null) return null
  const has = (...names: readonly string[]): boolean =>
    Object.keys(command).every((name) => name === 'type' || names.includes(name))
  const { type, to, from, number, keys, utterance, on, seconds } = command
  if (type === 'dial' && has('to', 'from') && text(to, 64)) {
    if (from === undefined) return { type, to }
    return text(from, 256) ? { type, to, from } : null
  }
  if (type === 'keys' && has('keys') && text(keys, 64) && /^[0-9*#]+$/.test(keys)) {
    return { type, keys }
  }
  if ((type === 'hang-up' || type === 'answer') && has()) return { type }
  if (type === 'number' && has('number') && text(number, 64)) return { type, number }
  if (type === 'speak' && has('seconds') && typeof seconds === 'number') {
    return seconds > 0 && seconds <= longestSpeech ? { type, seconds } : null
  }
  if (type === 'spoken' && has('utterance') && typeof utterance === 'number') {
    return { type, utterance }
  }
  return type === 'sound' && has('on') && typeof on === 'boolean' ? { type, on } : null
}

const messages: Readonly<Record<Extract<Spoken, { kind: 'none' }>['why'], string>> = {
  'not-installed': 'The speech synthesiser is not installed: npm install espeak-ng',
  language: 'There is no voice for this language',
  'too-long': 'The text is too long',
  busy: 'Too much is being said at once',
  failed: 'The speech synthesiser failed',
}

/**
 * The telephones of the demonstration: `/phone/socket`, `/phone/lines`, `/phone/example` and
 * `/phone/speech`.
 */
export const phone: FastifyPluginAsync<PhoneOptions> = async (app, options) => {
  const { carrier, lines, publicOrigin, maxCalls = 50 } = options
  const speaker = createSpeaker()
  app.addHook('onClose', async () => speaker.close())
  let callsUp = 0

  const serve = (socket: WebSocket): ((message: string) => void) => {
    const send = (report: PhoneReport): void => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(report))
    }
    let call: Call | null = null
    let sound = false
    let rings: RingingCall | null = null

    const forward = async (from: Call): Promise<void> => {
      for await (const report of from.reports()) {
        send(report)
        if (report.type === 'call' && report.state === 'ended') {
          callsUp -= 1
          if (call === from) call = null
        }
      }
      send({ type: 'settled', callSid: from.callSid })
    }
    const whyNot = (to: string): string | null => {
      if (call || rings) return 'This telephone is in a call'
      if (callsUp >= maxCalls) return 'All lines are busy'
      return carrier.number(to) ? null : `There is no line ${to}`
    }
    const dial = (to: string, from: string | undefined): void => {
      const refusal = whyNot(to)
      if (refusal !== null) {
        send({ type: 'refused', message: refusal })
        return
      }
      call = carrier.dial({ to, ...(from !== undefined && { from }) })
      call.sound(sound)
      callsUp += 1
      void forward(call)
    }
    const hold = (number: string): HandsetHold =>
      carrier.handsets.register({
        number,
        isBusy: () => call !== null || rings !== null,
        ring: (ringing) => {
          rings = ringing
          const { callSid, from, to } = ringing
          send({ type: 'ringing', callSid, from, to })
        },
        stop: (callSid, why) => {
          if (rings?.callSid === callSid) rings = null
          send({ type: 'ringing-over', callSid, why })
        },
      })
    let handset = hold(ownNumber)
    const openMailbox = (number: string): (() => void) =>
      carrier.messages.mailbox(number, ({ sid: id, from, body, queuedAt }) =>
        send({ type: 'message', id, from, text: body, at: new Date(queuedAt).toISOString() }),
      )
    let closeMailbox = openMailbox(ownNumber)
    const answer = (): void => {
      const taken = rings === null ? null : handset.answer(rings.callSid)
      rings = null
      const line = taken === null ? undefined : carrier.call(taken.callSid)
      if (line === undefined) return
      call = line
      line.sound(sound)
      callsUp += 1
      void forward(line)
    }
    const hangUp = (): void => {
      if (rings === null) call?.hangUp()
      else rings.refuse('busy')
    }
    const obey = (command: PhoneCommand): void => {
      if (command.type === 'dial') dial(command.to, command.from)
      else if (command.type === 'keys') call?.press(command.keys)
      else if (command.type === 'hang-up') hangUp()
      else if (command.type === 'answer') answer()
      else if (command.type === 'number') {
        handset.close()
        if (rings !== null) send({ type: 'ringing-over', callSid: rings.callSid, why: 'over' })
        rings = null
        const number = parseNumber(command.number) ?? ownNumber
        handset = hold(number)
        closeMailbox()
        closeMailbox = openMailbox(number)
      } else if (command.type === 'speak') call?.speak(command.seconds * 1000)
      else if (command.type === 'spoken') call?.spoken(command.utterance)
      else {
        sound = command.on
        call?.sound(sound)
      }
    }
    socket.on('close', () => {
      handset.close()
      closeMailbox()
      call?.hangUp()
    })
    socket.on('error', () => call?.hangUp())
    return (message) => {
      const command = readCommand(message)
      if (command) obey(command)
      else send({ type: 'refused', message: 'The message is not of the telephone protocol' })
    }
  }

  await addPageSocket(app, { url: '/phone/socket', publicOrigin, serve })

  app.get('/phone/lines', () => lines())

  app.get('/phone/example', (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(options.example ?? null)),
  )

  app.get<{ Querystring: { language?: string; text?: string } }>(
    '/phone/speech',
    {
      schema: {
        querystring: {
          type: 'object',
          required: ['language', 'text'],
          properties: {
            language: { type: 'string', maxLength: 35 },
            text: { type: 'string', minLength: 1, maxLength: 5000 },
          },
        },
      },
    },
    async (request, reply) => {
      if (request.headers['sec-fetch-site'] === 'cross-site') {
        return reply.code(403).send({ error: { code: 'origin', message: 'Wrong origin' } })
      }
      const { language = '', text: said = '' } = request.query
      const spoken = await speaker.speak(language, said)
      if (spoken.kind === 'none') {
        const status = spoken.why === 'busy' ? 503 : spoken.why === 'too-long' ? 413 : 404
        const message = messages[spoken.why]
        return reply.code(status).send({ error: { code: spoken.why, message } })
      }
      return reply
        .header('cache-control', 'private, max-age=86400')
        .type('audio/wav')
        .send(spoken.wav)
    },
  )
}
