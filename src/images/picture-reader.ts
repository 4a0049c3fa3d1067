import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { PictureReading } from './picture.ts'

export type PictureReader = {
  /** Reads the file of a stranger. One after the other: pictures must not take the processor from calls. */
  readonly read: (path: string) => Promise<PictureReading>
  readonly close: () => void
}

export type PictureReaderOptions = {
  readonly decoder?: string
  /** More than the decoder allows itself: it may hang where it cannot tell. */
  readonly millisecondsEach?: number
  /** Does something later unless told not to. */
  readonly later?: (milliseconds: number, work: () => void) => () => void
}

/** A process that has nothing to do gives its memory back. */
const idleMilliseconds = 60_000

/** Reads pictures in a process of its own, which is begun when it is needed and again when it died. */
export const pictureReader = ({
  decoder: program = join(import.meta.dirname, 'decoder.ts'),
  millisecondsEach = 12_000,
  later = onTimer,
}: PictureReaderOptions = {}): PictureReader => {
  let decoder: ChildProcess | null = null
  let last: Promise<unknown> = Promise.resolve()
  let idle: NodeJS.Timeout | undefined

  const stop = () => {
    decoder?.kill('SIGKILL')
    decoder = null
  }

  const readNow = async (path: string): Promise<PictureReading> => {
    clearTimeout(idle)
    decoder ??= startDecoder(program)
    const reading = await answerOf(decoder, path, (give) => later(millisecondsEach, give))
    if (reading === null) stop()
    idle = setTimeout(stop, idleMilliseconds)
    idle.unref()
    return reading ?? { kind: 'refused', reason: 'too-slow' }
  }

  return {
    read: (path) => {
      const reading = last.then(() => readNow(path))
      last = reading.catch(() => {})
      return reading
    },
    close: () => {
      clearTimeout(idle)
      stop()
    },
  }
}

const onTimer = (milliseconds: number, work: () => void) => {
  const timer = setTimeout(work, milliseconds)
  return () => clearTimeout(timer)
}

const startDecoder = (program: string): ChildProcess => {
  const decoder = fork(program, {
    // Nothing of this process but where programs are found.
    env: { PATH: process.env['PATH'] ?? '' },
    execArgv: ['--max-old-space-size=64'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  decoder.unref()
  decoder.channel?.unref()
  return decoder
}

/** Null: the process died of it, or gave no answer in time. */
const answerOf = (
  decoder: ChildProcess,
  path: string,
  late: (give: () => void) => () => void,
): Promise<PictureReading | null> => {
  const { promise, resolve } = Promise.withResolvers<PictureReading | null>()
  const give = () => resolve(null)
  decoder.ref()
  decoder.channel?.ref()
  decoder.once('message', resolve as (message: unknown) => void)
  decoder.once('exit', give)
  decoder.once('error', give)
  const inTime = late(give)
  decoder.send({ path }, (fault) => {
    if (fault !== null) give()
  })
  return promise.finally(() => {
    inTime()
    decoder.unref()
    decoder.channel?.unref()
    decoder.off('message', resolve)
    decoder.off('exit', give)
    decoder.off('error', give)
  })
}
