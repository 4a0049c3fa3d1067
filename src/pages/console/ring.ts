/** Two notes, as a doorbell: heard through a headset without hurting. Hertz, and seconds from the start. */
const notes = [
  { frequency: 659, at: 0 },
  { frequency: 523, at: 0.28 },
  { frequency: 659, at: 0.9 },
  { frequency: 523, at: 1.18 },
] as const

const noteSeconds = 0.5
const loudness = 0.12
const everyMilliseconds = 3000

let context: AudioContext | undefined

function chime(audio: AudioContext): void {
  for (const { frequency, at } of notes) {
    const start = audio.currentTime + at
    const volume = new GainNode(audio, { gain: 0 })
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(loudness, start + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, start + noteSeconds)
    const tone = new OscillatorNode(audio, { frequency, type: 'triangle' })
    tone.connect(volume).connect(audio.destination)
    tone.start(start)
    tone.stop(start + noteSeconds)
  }
}

/** Rings until the returned function is called; silently where the browser does not let it be heard. */
export function ring(): () => void {
  context ??= new AudioContext()
  const audio = context
  function again(): void {
    if (audio.state === 'running') chime(audio)
    else void audio.resume().catch(() => undefined)
  }
  void audio.resume().then(again, () => undefined)
  const timer = setInterval(again, everyMilliseconds)
  return () => clearInterval(timer)
}
