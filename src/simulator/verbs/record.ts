import { actionOf, methodOf, numberOf, resolveUrl, type Stage, type Verb } from '../stage.ts'
import type { TwimlElement } from '../twiml.ts'

const callBack = (
  verb: TwimlElement,
  stage: Stage,
  recordingSid: string,
  seconds: number,
  status: 'in-progress' | 'completed' | 'absent',
): void => {
  const text = verb.attributes['recordingStatusCallback']
  const events = (verb.attributes['recordingStatusCallbackEvent'] ?? 'completed').split(/\s+/)
  const url = text === undefined ? null : resolveUrl(text, stage)
  if (url === null || !events.includes(status)) return
  const request = {
    url,
    method: methodOf(verb, 'recordingStatusCallbackMethod'),
    parameters: [
      ['RecordingSid', recordingSid],
      ['RecordingUrl', stage.recordingUrl(recordingSid)],
      ['RecordingStatus', status],
      ['RecordingDuration', status === 'in-progress' ? '-1' : String(seconds)],
      ['RecordingChannels', '1'],
      ['RecordingSource', 'RecordVerb'],
    ],
  } as const
  void stage.callBack('recording', request, false)
}

/**
 * Records the caller until a finishing key, silence, hang-up or the longest time. After a hang-up the
 * action is still asked for, with `Digits=hangup`, and its answer ignored. Silence is recorded like speech.
 * Source: twilio.com/docs/voice/twiml/record.
 */
export const record: Verb = async (verb, stage) => {
  const { leg } = stage
  leg.answer()
  const maxSeconds = Math.max(1, numberOf(verb, 'maxLength', 3600))
  const silence = numberOf(verb, 'timeout', 5) * 1000
  const finishOnKey = verb.attributes['finishOnKey'] ?? '1234567890*#'
  const recordingSid = stage.newSid('RE')
  leg.report({ type: 'recording', maxSeconds, finishOnKey })
  callBack(verb, stage, recordingSid, 0, 'in-progress')

  const startedAt = leg.clock.now()
  const latest = startedAt + maxSeconds * 1000
  leg.listen()
  let digits = ''
  for (;;) {
    const now = leg.clock.now()
    const quietAt = silence === 0 ? latest : Math.max(startedAt, leg.voiceEndedAt()) + silence
    const until = Math.min(latest, quietAt)
    if (until <= now) break
    const awakening = await leg.wait(until - now, { voice: true })
    if (awakening === 'interrupted') break
    const key = awakening === 'key' ? leg.takeKey() : undefined
    if (key !== undefined && finishOnKey.includes(key)) {
      digits = key
      break
    }
  }
  leg.deafen()
  const seconds = Math.round((leg.clock.now() - startedAt) / 1000)
  const interruption = leg.interruption()
  const spokenUntil = Math.min(leg.voiceEndedAt(), leg.clock.now())
  const spokenSeconds = Math.max(0, Math.round((spokenUntil - startedAt) / 1000))
  stage.keepRecording({ recordingSid, startedAt, seconds, spokenSeconds })
  leg.report({ type: 'recorded', seconds, digits: interruption ? 'hangup' : digits })
  const parameters = [
    ['RecordingUrl', stage.recordingUrl(recordingSid)],
    ['RecordingSid', recordingSid],
    ['RecordingDuration', String(seconds)],
    ['Digits', interruption ? 'hangup' : digits],
  ] as const
  // Of a recording that is trimmed nothing is left when nobody spoke.
  const isEmpty = spokenSeconds === 0 && verb.attributes['trim'] !== 'do-not-trim'
  callBack(verb, stage, recordingSid, isEmpty ? 0 : seconds, isEmpty ? 'absent' : 'completed')
  const step = actionOf(verb, stage, parameters)
  if (interruption?.kind === 'hung-up' && step.kind === 'document') {
    void stage.callBack('document', step.request, true)
  }
  return step
}
