import type { Verb } from '../stage.ts'
import { dialConference } from './dial-conference.ts'
import { dialPhones } from './dial-phones.ts'
import { dialQueue } from './dial-queue.ts'

/** Puts the leg through to what its nouns say. Source: twilio.com/docs/voice/twiml/dial. */
export const dial: Verb = async (verb, stage) => {
  const nouns = verb.children.filter((child) => typeof child !== 'string')
  const room = nouns.find((noun) => noun.name === 'Conference')
  if (room) return dialConference(verb, room, stage)
  const queue = nouns.find((noun) => noun.name === 'Queue')
  if (queue) return dialQueue(verb, queue, stage)
  return dialPhones(verb, stage)
}
