import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { FlowSet } from '../calls/flow-set.ts'
import type { QueuedPrompt } from '../voicexml/prompt-queue.ts'
import { rememberByIds } from './blanks.ts'
import { speakAll } from './twiml.ts'

export type WaitAddresses = {
  audioUrl(hash: string): string
  waitUrl(place: string, round: number): string
  /** Music of the server itself, for folders without `music/hold.wav`. */
  readonly musicUrl: () => string
}

/** Music of the flow folder, where it has its own. */
const ownMusic = 'music/hold.wav'

/** Plays of the music in one document: about half a minute. */
const musicLoops = 2

const musicIn = (addresses: WaitAddresses, audio: FlowSet['audio']): string => {
  const own = audio.get(ownMusic)
  return own === undefined ? addresses.musicUrl() : addresses.audioUrl(own.hash)
}

/** Documents of those who wait that are remembered of one flow set. */
const capacity = 2000

/** `renderWait`; what was rendered before but for the place of the caller is not built again. */
export const rememberWaits = (addresses: WaitAddresses): ((wait: WaitToRender) => string) => {
  const remembered = new WeakMap<FlowSet['audio'], (wait: Omit<WaitToRender, 'audio'>) => string>()
  return ({ audio, prompts, placeId, nextRound }) => {
    let render = remembered.get(audio)
    if (render === undefined) {
      render = rememberByIds((wait) => renderWait(addresses, { ...wait, audio }), capacity)
      remembered.set(audio, render)
    }
    return render({ prompts, placeId, nextRound })
  }
}

export type WaitToRender = {
  readonly prompts: readonly QueuedPrompt[]
  readonly audio: FlowSet['audio']
  readonly placeId: string
  readonly nextRound: number
}

/**
 * Words and music for somebody who waits in the carrier's queue; a key, or the end, asks for the next round.
 *
 * @see https://www.twilio.com/docs/voice/twiml/enqueue#attributes-waiturl
 */
export const renderWait = (addresses: WaitAddresses, wait: WaitToRender): string => {
  const response = new VoiceResponse()
  const next = addresses.waitUrl(wait.placeId, wait.nextRound)
  const gather = response.gather({
    input: ['dtmf'],
    numDigits: 1,
    finishOnKey: '',
    timeout: 1,
    action: next,
    method: 'POST',
  })
  speakAll(gather, wait.prompts, {
    play: (src) => {
      const recording = wait.audio.get(src)
      return recording === undefined ? src : addresses.audioUrl(recording.hash)
    },
  })
  gather.play({ loop: musicLoops }, musicIn(addresses, wait.audio))
  response.redirect({ method: 'POST' }, next)
  return response.toString()
}

/** Out of the carrier's queue: the action of its `<Enqueue>` is asked for. */
export const leaveQueue = (): string => {
  const response = new VoiceResponse()
  response.leave()
  return response.toString()
}

/** A moment of silence, then the same address again. */
export const onceMore = (url: string, seconds = 1): string => {
  const response = new VoiceResponse()
  response.pause({ length: seconds })
  response.redirect({ method: 'POST' }, url)
  return response.toString()
}

/** Music without end: for somebody on hold, or alone in a room. */
export const onlyMusic = (musicUrl: string): string => {
  const response = new VoiceResponse()
  response.play({ loop: 0 }, musicUrl)
  return response.toString()
}

/** Goes on at another address. */
export const goTo = (url: string): string => {
  const response = new VoiceResponse()
  response.redirect({ method: 'POST' }, url)
  return response.toString()
}
