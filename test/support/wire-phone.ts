import { createHash } from 'node:crypto'
import type { Parameters } from '../../src/simulator/signature.ts'
import type { Heard, OpenPhone, Transcript } from './transcript.ts'
import { readTwiml } from './twiml-ear.ts'

/** Brings a signed webhook to the server; `path` begins with `/`. The answer's body. */
export type Deliver = (path: string, parameters: Parameters) => Promise<string>

export const callSidOf = (transcript: Transcript): string =>
  `CA${createHash('md5').update(transcript.script.join('\n')).digest('hex')}`

/** A telephone over signed webhooks: what a carrier would send for what the caller does. */
export const wirePhone =
  (deliver: Deliver): OpenPhone =>
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

    const hear = async (path: string, ...more: Parameters): Promise<Heard> => {
      const read = readTwiml(await deliver(path, [...call, ...more]))
      action = read.action
      const { heard } = read
      termChar = heard.next.kind === 'listen' ? heard.next.termChar : null
      if (heard.next.kind === 'end') await tellOfTheEnd()
      return heard
    }

    const tellOfTheEnd = () =>
      deliver('/voice/status', [...call, ['CallStatus', 'completed'], ['SequenceNumber', '3']])

    const gathered = (digits: string): Promise<Heard> => {
      if (action === null) throw new Error('the line does not listen: the script goes on too long')
      return hear(action, ['CallStatus', 'in-progress'], ['Digits', digits], ['msg', 'Gather End'])
    }

    return {
      dial: () => hear('/voice/incoming', ['CallStatus', 'ringing']),
      press: (keys) =>
        gathered(termChar !== null && keys.endsWith(termChar) ? keys.slice(0, -1) : keys),
      silence: () => gathered(''),
      hangUp: async () => {
        await tellOfTheEnd()
        return { said: [], marks: [], next: { kind: 'end', how: 'hangup' } }
      },
    }
  }
