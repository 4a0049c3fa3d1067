/** What was recorded of a call. */
export type CarrierRecording = {
  readonly recordingSid: string
  readonly callSid: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly seconds: number
  /** Seconds of it in which the person spoke. */
  readonly spokenSeconds: number
}

/** As `<Play>` plays it; nobody knows its words. */
type RecordedSound = {
  readonly kind: 'sound'
  readonly url: string
  readonly milliseconds: number
  readonly text: ''
  readonly language: ''
}

/** The recordings of one carrier, in memory. */
export type Recordings = {
  readonly keep: (recording: CarrierRecording) => void
  readonly find: (recordingSid: string) => CarrierRecording | undefined
  /** Oldest first. */
  readonly list: () => readonly CarrierRecording[]
  /** The recording at an address as the sound it is; undefined for any other address. */
  readonly soundAt: (url: string) => RecordedSound | undefined
}

const mostKept = 500

export const createRecordings = (accountSid: string): Recordings => {
  const kept = new Map<string, CarrierRecording>()
  return {
    keep: (recording) => {
      kept.set(recording.recordingSid, recording)
      const oldest = kept.size > mostKept ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
    },
    find: (recordingSid) => kept.get(recordingSid),
    list: () => [...kept.values()],
    soundAt: (url) => {
      const path = new URL(url).pathname
      const [, account, sid = ''] =
        /^\/2010-04-01\/Accounts\/(\w+)\/Recordings\/(RE\w+?)(?:\.wav)?$/.exec(path) ?? []
      const recording = account === accountSid ? kept.get(sid) : undefined
      if (!recording) return undefined
      return { kind: 'sound', url, milliseconds: recording.seconds * 1000, text: '', language: '' }
    },
  }
}

const rate = 8000
const hertz = 220
const loudness = 3000

/**
 * A recording as Twilio keeps it, a mono WAV file of 16-bit samples. Nobody speaks to a simulated carrier: a hum
 * stands for the voice.
 */
export const recordingFile = ({ seconds, spokenSeconds }: CarrierRecording): Buffer => {
  const samples = Math.round(seconds * rate)
  const file = Buffer.alloc(44 + samples * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples * 2, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples * 2, 40)
  const spoken = Math.min(samples, Math.round(spokenSeconds * rate))
  for (let at = 0; at < spoken; at += 1) {
    file.writeInt16LE(
      Math.round(loudness * Math.sin((2 * Math.PI * hertz * at) / rate)),
      44 + at * 2,
    )
  }
  return file
}
