/** The two frequencies of a key, in hertz: its row and its column. Source: ITU-T Q.23. */
export function frequenciesOf(key: string): readonly [number, number] | null {
  const at = '123456789*0#'.indexOf(key)
  const row = [697, 770, 852, 941][Math.floor(at / 3)]
  const column = [1209, 1336, 1477][at % 3]
  return row !== undefined && column !== undefined ? [row, column] : null
}

const seconds = 0.12
const loudness = 0.06
let context: AudioContext | undefined

/** Rings until the returned function is called: a second on, two off, at the pitch of a Russian exchange. */
export function ringTone(): () => void {
  context ??= new AudioContext()
  const audio = context
  const once = () => {
    // Silent where nobody has touched the page yet.
    if (audio.state !== 'running') return void audio.resume().catch(() => undefined)
    const volume = new GainNode(audio, { gain: loudness })
    volume.connect(audio.destination)
    const tone = new OscillatorNode(audio, { frequency: 425 })
    tone.connect(volume)
    tone.start()
    tone.stop(audio.currentTime + 1)
  }
  once()
  const timer = setInterval(once, 3000)
  return () => clearInterval(timer)
}

/** Sounds a key the way a telephone does; called from a press, since browsers ask for a gesture. */
export function soundKey(key: string): void {
  const frequencies = frequenciesOf(key)
  if (!frequencies) return
  context ??= new AudioContext()
  const volume = new GainNode(context, { gain: loudness })
  volume.connect(context.destination)
  for (const frequency of frequencies) {
    const tone = new OscillatorNode(context, { frequency })
    tone.connect(volume)
    tone.start()
    tone.stop(context.currentTime + seconds)
  }
}
