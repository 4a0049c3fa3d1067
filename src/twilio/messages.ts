import type { Twilio } from 'twilio'
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { MessageCarrier, Ordered } from '../callers/send-messages.ts'
import { type RestAccount, restClient, whatBecameOf } from './rest.ts'
import { voiceFor } from './voices.ts'

/** Long enough for somebody to find the telephone, too short for most mailboxes. */
const ringSeconds = 30

/**
 * Text messages and spoken ones by Twilio's REST API. Nothing is tried again.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 * @see https://www.twilio.com/docs/voice/api/call-resource
 */
export const restMessages = (account: RestAccount): MessageCarrier => {
  const api = restClient(account)
  return {
    text: ({ to, from, text, statusPath }) =>
      ordered(api(), (client) =>
        client.messages.create({
          to,
          from,
          body: text,
          statusCallback: `${account.publicUrl()}${statusPath}`,
        }),
      ),
    say: ({ to, from, language, text }) =>
      ordered(api(), (client) =>
        client.calls.create({ to, from, twiml: spoken(language, text), timeout: ringSeconds }),
      ),
  }
}

const ordered = async (
  client: Twilio,
  order: (client: Twilio) => Promise<{ readonly sid: string }>,
): Promise<Ordered> => {
  try {
    const { sid } = await order(client)
    return { kind: 'placed', sid }
  } catch (error) {
    return whatBecameOf(error)
  }
}

/** The document goes with the order, so that no webhook of ours ever carries a code. */
const spoken = (language: string, text: string): string => {
  const response = new VoiceResponse()
  response.pause({ length: 1 })
  response.say(voiceFor(language) as Parameters<VoiceResponse['say']>[0], text)
  response.hangup()
  return response.toString()
}
