import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Text becomes sound, or there is a reason why not. */
export type Spoken =
  | { readonly kind: 'sound'; readonly wav: Buffer }
  | {
      readonly kind: 'none'
      readonly why: 'not-installed' | 'language' | 'too-long' | 'busy' | 'failed'
    }

export type Speaker = {
  /** @param language BCP 47 */
  readonly speak: (language: string, text: string) => Promise<Spoken>
  readonly close: () => void
}

/** The synthesiser's voices for the languages of a hotline. */
const voices: Readonly<Record<string, string>> = { ru: 'ru', en: 'en-us', tt: 'tt' }

const longest = 1000
const waitingAtMost = 32
const cached = 64
const answerMilliseconds = 20_000
const idleMilliseconds = 60_000

/**
 * A voice for telephones that have none. The process is started with the first text, is reused, and
 * ends when nothing was said for a minute; the sounds said last are kept.
 *
 * @param worker the worker's file, which a test may replace
 */
export const createSpeaker = (
  worker: string = fileURLToPath(new URL('./speech-worker.ts', import.meta.url)),
  { wordsPerMinute = 150 }: { readonly wordsPerMinute?: number } = {},
): Speaker => {
  const cache = new Map<string, Promise<Spoken>>()
  const asked = new Map<number, (spoken: Spoken) => void>()
  let child: ChildProcess | null = null
  let wasReady = false
  let missing = false
  let idle: NodeJS.Timeout | undefined
  let count = 0

  const stop = (): void => {
    clearTimeout(idle)
    child?.kill()
    child = null
  }
  const start = (): ChildProcess => {
    const process = fork(worker, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] })
    process.unref()
    process.channel?.unref()
    process.on('message', (message: { id?: number; wav?: string; ready?: boolean }) => {
      if (message.ready) wasReady = true
      if (message.id === undefined) return
      const { wav } = message
      asked.get(message.id)?.(
        wav === undefined
          ? { kind: 'none', why: 'failed' }
          : { kind: 'sound', wav: Buffer.from(wav, 'base64') },
      )
    })
    const gone = (): void => {
      if (child === process) child = null
      // A worker that ends before it was ever ready has not found its synthesiser.
      if (!wasReady) missing = true
      for (const tell of asked.values()) {
        tell({ kind: 'none', why: wasReady ? 'failed' : 'not-installed' })
      }
    }
    process.on('exit', gone)
    process.on('error', gone)
    return process
  }
  const ask = (voice: string, text: string): Promise<Spoken> => {
    if (asked.size >= waitingAtMost) return Promise.resolve({ kind: 'none', why: 'busy' })
    child ??= start()
    const speaking = child
    count += 1
    const id = count
    const { promise, resolve } = Promise.withResolvers<Spoken>()
    const timeout = setTimeout(stop, answerMilliseconds)
    asked.set(id, (spoken) => {
      clearTimeout(timeout)
      asked.delete(id)
      clearTimeout(idle)
      idle = setTimeout(stop, idleMilliseconds).unref()
      resolve(spoken)
    })
    speaking.send({ id, voice, text, wordsPerMinute }, (error) => {
      if (error) asked.get(id)?.({ kind: 'none', why: 'failed' })
    })
    return promise
  }

  return {
    speak: async (language, text) => {
      const voice = voices[language.split('-', 1)[0]?.toLowerCase() ?? '']
      if (voice === undefined) return { kind: 'none', why: 'language' }
      if (missing) return { kind: 'none', why: 'not-installed' }
      if (text.length > longest) return { kind: 'none', why: 'too-long' }
      const key = `${voice}\n${text}`
      const known = cache.get(key)
      const spoken = known ?? ask(voice, text)
      cache.delete(key)
      cache.set(key, spoken)
      const oldest = cache.size > cached ? cache.keys().next().value : undefined
      if (oldest !== undefined) cache.delete(oldest)
      const result = await spoken
      if (result.kind === 'none') cache.delete(key)
      return result
    },
    close: stop,
  }
}
