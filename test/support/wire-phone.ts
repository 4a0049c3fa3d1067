import { createHash } from 'node:crypto'
import type { Parameters } from '../../src/simulator/signature.ts'
import type { TransferResult } from '../../src/voicexml/turn.ts'
import { recordedSeconds } from './recorded.ts'
import type { Heard, OpenPhone, Transcript } from './transcript.ts'
import { readTwiml, type WordsAt } from './twiml-ear.ts'

/** Brings a signed webhook to the server; `path` begins with `/`. The answer's body. */
export type Deliver = (path: string, parameters: Parameters) => Promise<string>

const dialStatus: Readonly<Partial<Record<TransferResult, string>>> = {
  busy: 'busy',
  noanswer: 'no-answer',
  far_end_disconnect: 'completed',
  maxtime_disconnect: 'completed',
}

export const callSidOf = (transcript: Transcript): string =>
  `CA${createHash('md5').update(transcript.script.join('\n')).digest('hex')}`

/** A telephone over signed webhooks: what a carrier would send for what the caller does. */
export const wirePhone =
  (deliver: Deliver, wordsAt?: WordsAt): OpenPhone =>
  (transcript) => {
    const call: Parameters = [
      ['CallSid', callSidOf(transcript)],
      ['AccountSid', `AC${'0'.repeat(32)}`],
      ['From', transcript.from],
      ['To', transcript.to],
      ['Direction', 'inbound'],
      ['ApiVersion', '2010-04-01'],
    ]
    let action: string | null = null
    let termChar: string | null = null
    let recording: ReturnType<typeof readTwiml>['recording'] = null
    let waitUrl: string | null = null

    const hear = async (path: string, ...more: Parameters): Promise<Heard> => {
      const read = readTwiml(await deliver(path, [...call, ...more]), wordsAt)
      action = read.action
      recording = read.recording
      waitUrl = read.waitUrl
      const { heard } = read
      termChar = heard.next.kind === 'listen' ? heard.next.termChar : null
      if (heard.next.kind === 'end') await tellOfTheEnd()
      return heard
    }

    const tellOfTheEnd = () =>
      deliver('/voice/status', [...call, ['CallStatus', 'completed'], ['SequenceNumber', '3']])

    const act = (...more: Parameters): Promise<Heard> => {
      if (action === null) throw new Error('the line does not listen: the script goes on too long')
      return hear(action, ...more)
    }

    const gathered = (digits: string): Promise<Heard> =>
      act(['CallStatus', 'in-progress'], ['Digits', digits], ['msg', 'Gather End'])

    return {
      dial: () => hear('/voice/incoming', ['CallStatus', 'ringing']),
      press: (keys) =>
        gathered(termChar !== null && keys.endsWith(termChar) ? keys.slice(0, -1) : keys),
      silence: () => gathered(''),
      speak: (spoken, then) => {
        if (recording === null) throw new Error('the line does not record')
        const sid = `RE${'0'.repeat(32)}`
        return act(
          ['CallStatus', then === 'hang-up' ? 'completed' : 'in-progress'],
          ['RecordingUrl', `https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/${sid}`],
          ['RecordingSid', sid],
          ['RecordingDuration', String(recordedSeconds(spoken, then, recording))],
          ['Digits', then === 'hang-up' ? 'hangup' : then === 'silence' ? '' : then],
        )
      },
      queueEnds: async (status) => {
        if (waitUrl === null) throw new Error('the caller waits in no queue')
        const asked: Parameters = status === 'left' ? [['Digits', '*']] : [['QueueTime', '86400']]
        const told = await deliver(waitUrl, [...call, ['CallStatus', 'in-progress'], ...asked])
        if (!told.includes('<Leave/>')) throw new Error(`the queue is not left: ${told}`)
        return act(['CallStatus', 'in-progress'], ['QueueResult', 'leave'])
      },
      transferEnds: (result, seconds) =>
        act(
          ['CallStatus', 'in-progress'],
          ['DialCallStatus', dialStatus[result] ?? 'failed'],
          ['DialCallSid', `CA${'0'.repeat(32)}`],
          ['DialCallDuration', String(seconds)],
        ),
      hangUp: async () => {
        await tellOfTheEnd()
        return { said: [], marks: [], next: { kind: 'end', how: 'hangup' } }
      },
    }
  }
