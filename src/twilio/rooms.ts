import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import { rememberByIds } from './blanks.ts'

/** How somebody takes part in a conference. */
export type Part = {
  readonly conference: string
  readonly label: string
  /** What is heard while nobody else is there; '' = silence. */
  readonly waitUrl: string
  /** The conference is over for everybody when this one leaves. */
  readonly endsIt: boolean
  readonly isMuted?: boolean
  /** Heard by this participant alone. */
  readonly coaches?: string
}

/** Kinds of rooms and of ways on from them are few. */
const capacity = 500

/** `renderRoom`; what was rendered before but for its identifiers is not built again. */
export const rememberRooms = (): typeof renderRoom => {
  const render = rememberByIds<readonly [Part, string | null]>(
    ([part, action]) => renderRoom(part, action),
    capacity,
  )
  return (part, action) => render([part, action])
}

/**
 * A leg of ours in a room. When the room is over the leg is hung up; a caller goes on at `action`, also
 * where the carrier passed the room over.
 *
 * @see https://www.twilio.com/docs/voice/twiml/conference
 */
export const renderRoom = (part: Part, action: string | null): string => {
  const response = new VoiceResponse()
  const dial = response.dial(action === null ? {} : { action, method: 'POST' })
  dial.conference(
    {
      participantLabel: part.label,
      beep: 'false',
      startConferenceOnEnter: true,
      endConferenceOnExit: part.endsIt,
      waitUrl: part.waitUrl,
      ...(part.waitUrl === '' ? {} : { waitMethod: 'POST' }),
      ...(part.isMuted ? { muted: true } : {}),
      ...(part.coaches === undefined ? {} : { coach: part.coaches }),
    },
    part.conference,
  )
  if (action === null) response.hangup()
  else response.redirect({ method: 'POST' }, action)
  return response.toString()
}
