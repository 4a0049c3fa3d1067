import type { Carrier } from './carrier.ts'
import { rfc2822 } from './inbound.ts'
import { type Json, page } from './rest-answers.ts'
import {
  type AddRoute,
  type Ask,
  fault,
  fieldOf,
  found,
  isHttp,
  made,
  notFound,
  type Outcome,
} from './rest-outcome.ts'
import type { TextMessage } from './text-messages.ts'

const e164 = /^\+[1-9]\d{6,14}$/

/** A name in the place of a number. */
const senderName = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/

const longestBody = 1600

const create = (carrier: Carrier, { form }: Ask): Outcome => {
  const to = fieldOf(form, 'To')
  const from = fieldOf(form, 'From')
  const body = fieldOf(form, 'Body')
  if (to === null) return fault(400, 21604, "A 'To' phone number is required.")
  if (!e164.test(to)) return fault(400, 21211, `Invalid 'To' Phone Number: ${to}`)
  if (from === null) return fault(400, 21603, "A 'From' phone number is required.")
  if (!senderName.test(from) && carrier.number(from) === undefined) {
    return fault(400, 21606, `The From phone number ${from} is not a valid number of this account`)
  }
  if (body === null) return fault(400, 21602, 'Message body is required.')
  if (body.length > longestBody) {
    return fault(400, 21617, 'The concatenated message body exceeds the 1600 character limit')
  }
  const url = fieldOf(form, 'StatusCallback')
  if (url !== null && !isHttp(url)) {
    return fault(400, 21609, `The StatusCallback URL ${url} is not valid`)
  }
  const news = url === null ? null : { url }
  return made(messageJson(carrier, carrier.messages.send({ to, from, body, news })))
}

/** Characters of the seven-bit alphabet; those of the second table count twice. */
const sevenBit =
  /^[\w\s@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\[~\]|€]*$/
const segmentsOf = (body: string): number => {
  const length = body.length + (body.match(/[\^{}\\[~\]|€]/g)?.length ?? 0)
  if (sevenBit.test(body)) {
    return length <= 160 ? 1 : Math.ceil(length / 153)
  }
  return body.length <= 70 ? 1 : Math.ceil(body.length / 67)
}

/** A `Message`, by Twilio's OpenAPI description. */
const messageJson = (carrier: Carrier, message: TextMessage): Json => {
  const uri = `/2010-04-01/Accounts/${carrier.accountSid}/Messages/${message.sid}`
  return {
    sid: message.sid,
    account_sid: carrier.accountSid,
    api_version: '2010-04-01',
    messaging_service_sid: null,
    direction: 'outbound-api',
    to: message.to,
    from: message.from,
    body: message.body,
    status: message.status,
    error_code: message.errorCode,
    error_message: null,
    num_media: '0',
    num_segments: String(segmentsOf(message.body)),
    price: null,
    price_unit: 'USD',
    date_created: rfc2822(message.queuedAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.sentAt ?? message.queuedAt),
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json`, feedback: `${uri}/Feedback.json` },
  }
}

/** Text messages: sent, told of, listed newest first. */
export const messageRoutes = (carrier: Carrier, route: AddRoute): void => {
  route('POST', '/Messages', (ask) => create(carrier, ask))
  route('GET', '/Messages', ({ query, url }) => {
    const fits = (name: string, value: string): boolean =>
      !query.has(name) || query.get(name) === value
    const items = carrier.messages
      .list()
      .toReversed()
      .filter(({ to, from }) => fits('To', to) && fits('From', from))
    return found(
      page(
        'messages',
        items.map((message) => messageJson(carrier, message)),
        url,
      ),
    )
  })
  route('GET', '/Messages/:sid', ({ parts, path }) => {
    const message = carrier.messages.find(parts['sid'] ?? '')
    return message ? found(messageJson(carrier, message)) : notFound(path)
  })
}
