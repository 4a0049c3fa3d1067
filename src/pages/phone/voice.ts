import type { PhoneReport } from '../../simulator/phone-protocol.ts'

export type Utterance = Extract<PhoneReport, { type: 'utterance' }>

export type Voice = {
  /** Reads aloud; `done` is called once when it has been read to the end, never after `stop`. */
  readonly say: (utterance: Utterance, done: () => void) => void
  /** Goes on in silence: `done` is called when the estimate is over. */
  readonly mute: () => void
  readonly stop: () => void
}

/** A browser that has a voice but does not begin to speak in this time is taken for voiceless. */
const patienceMilliseconds = 2500

type Attempt = (done: () => void, failed: () => void) => () => void

function browserVoice(language: string): SpeechSynthesisVoice | undefined {
  const voices = 'speechSynthesis' in window ? window.speechSynthesis.getVoices() : []
  const kin = language.split('-')[0] ?? language
  return (
    voices.find((voice) => voice.lang.replace('_', '-') === language) ??
    voices.find((voice) => voice.lang.split(/[-_]/)[0] === kin)
  )
}

function spoken(text: string, voice: SpeechSynthesisVoice): Attempt {
  return (done, failed) => {
    const reading = new SpeechSynthesisUtterance(text)
    reading.voice = voice
    reading.lang = voice.lang
    const patience = setTimeout(failed, patienceMilliseconds)
    reading.onstart = () => clearTimeout(patience)
    reading.onend = done
    reading.onerror = failed
    window.speechSynthesis.speak(reading)
    return () => {
      clearTimeout(patience)
      reading.onend = null
      reading.onerror = null
      window.speechSynthesis.cancel()
    }
  }
}

function played(url: string): Attempt {
  return (done, failed) => {
    const audio = new Audio(url)
    audio.onended = done
    audio.onerror = failed
    audio.play().catch(failed)
    return () => {
      audio.onended = null
      audio.onerror = null
      audio.pause()
    }
  }
}

function waited(milliseconds: number): Attempt {
  return (done) => {
    const timer = setTimeout(done, milliseconds)
    return () => clearTimeout(timer)
  }
}

/** The ways to make an utterance heard, best first; the last one always succeeds. */
function attempts({ text, language, audioUrl, milliseconds }: Utterance): readonly Attempt[] {
  const voice = browserVoice(language)
  const query = new URLSearchParams({ language, text })
  return [
    ...(audioUrl ? [played(audioUrl)] : []),
    ...(text && voice ? [spoken(text, voice)] : []),
    ...(text ? [played(`/phone/speech?${query}`)] : []),
    waited(milliseconds),
  ]
}

/**
 * Reads utterances aloud, one at a time: a recorded file as it is, text in the browser's voice of
 * that language, or else in the simulated carrier's own voice. When nothing can be heard, the
 * utterance takes as long as the carrier estimated.
 *
 * @param silenced told when an utterance could not be made heard
 */
export function createVoice(silenced: () => void): Voice {
  let cancel = () => {}
  let current: { utterance: Utterance; done: () => void } | null = null

  function run([attempt, ...others]: readonly Attempt[], done: () => void): void {
    if (!attempt) return
    if (others.length === 0) silenced()
    let settled = false
    const once = (next: () => void) => () => {
      if (settled) return
      settled = true
      stopThis()
      next()
    }
    const stopThis = attempt(
      once(() => {
        current = null
        done()
      }),
      once(() => run(others, done)),
    )
    cancel = () => {
      settled = true
      stopThis()
    }
  }

  function stop(): void {
    cancel()
    cancel = () => {}
    current = null
  }

  if ('speechSynthesis' in window) window.speechSynthesis.getVoices()

  return {
    say(utterance, done) {
      stop()
      current = { utterance, done }
      run(attempts(utterance), done)
    },
    mute() {
      if (!current) return
      const { utterance, done } = current
      stop()
      cancel = waited(utterance.milliseconds)(done, done)
    },
    stop,
  }
}
