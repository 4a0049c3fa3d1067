import type { Blob } from '../recordings/blobs.ts'
import type { StreamId, StreamStore } from '../recordings/ports.ts'
import type { Levels } from './recorder.ts'
import { type Finished, type SoundFile, strips, type Taking, taking } from './taking.ts'

export type KeeperPorts = {
  /** A word that no other process has. */
  readonly node: string
  readonly streams: Pick<StreamStore, 'open' | 'renew' | 'stop' | 'keep' | 'drop'>
  readonly createFile: (id: StreamId) => Promise<SoundFile>
  /** Keeps a finished file under the name of its content; the path is removed afterwards. */
  readonly keepFile: (path: string) => Promise<Blob>
  readonly removeFile: (path: string) => Promise<void>
  /** A stream of a call has begun, by the database. */
  readonly onOpened: (stream: {
    readonly callSid: string
    readonly phone: string
    readonly line: string | null
  }) => void
  /** A stream is over. Told once more when what there is of it could be kept only later. */
  readonly onEnded: (callSid: string, how: string) => void
  readonly onFault: (what: string, callSid: string, cause: unknown) => void
  /** Whether the database is away: what failed may succeed later. */
  readonly isOutage: (cause: unknown) => boolean
  /** Whether what keeps files is away: what failed may succeed later. */
  readonly isStoreAway: (cause: unknown) => boolean
  /** Milliseconds of the process's clock. */
  readonly elapsed: () => number
  readonly pause: (milliseconds: number) => Promise<void>
}

export type Refusal = 'used-token' | 'unknown-call' | 'call-over' | 'disk'

/** Figures of this node since it started. */
export type KeeperFigures = {
  readonly open: number
  readonly frames: number
  readonly lost: number
  readonly repeated: number
  readonly gaps: number
  readonly bytes: number
}

/** The streams that this node takes. */
export type Keeper = {
  readonly begin: (id: StreamId, streamSid: string, refuse: (why: Refusal) => void) => Taking
  readonly end: (taking: Taking, how: string) => void
  /** Prolongs leases and has disks keep what was written; every few seconds. */
  readonly beat: () => Promise<void>
  /** How a call sounds now; null: this node takes no stream of it. */
  readonly levels: (callSid: string) => Levels | null
  readonly figures: () => KeeperFigures
  /** Ends all that is still open and waits until it is kept; what is away is not waited for. */
  readonly close: () => Promise<void>
}

/** While the database is away: the file grows all the same. */
const retryMs = 1_000

/** Each file is synced every so many beats, not all in the same one. */
const beatsASync = 4

type Kept = {
  readonly taking: Taking
  readonly refuse: (why: Refusal) => void
  readonly opening: Promise<boolean>
  isOver: boolean
}

export const createKeeper = (ports: KeeperPorts): Keeper => {
  const { node, streams, elapsed } = ports
  const shared = strips()
  const byTaking = new Map<Taking, Kept>()
  const byCall = new Map<string, Taking>()
  const underWay = new Set<Promise<void>>()
  const sums = { frames: 0, lost: 0, repeated: 0, gaps: 0, bytes: 0 }
  let beats = 0
  let isClosing = false
  /** Resolved when there is no use in waiting any longer; files stay, and are found at the next start. */
  const abandoned = Promise.withResolvers<void>()

  /** Tries until it is done, however long the database is away, or what else `isPassing` knows. */
  const patiently = async <T>(
    what: string,
    callSid: string,
    work: () => Promise<T>,
    isPassing = ports.isOutage,
  ): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        return await work()
      } catch (cause) {
        if (!isPassing(cause) || isClosing) throw cause
        if (tries === 0) ports.onFault(what, callSid, cause)
        await ports.pause(retryMs)
      }
    }
  }

  /** True: the stream is ours by the database. */
  const openInDatabase = async (
    stream: Taking,
    refuse: (why: Refusal) => void,
  ): Promise<boolean> => {
    const { id, streamSid } = stream
    try {
      const begunAt = elapsed()
      let askedAt = begunAt
      const opened = await patiently('open-stream', id.callSid, () => {
        askedAt = elapsed()
        return streams.open(id, streamSid, node, askedAt - begunAt)
      })
      if (opened.kind === 'opened') {
        stream.opened(opened, askedAt, elapsed())
        ports.onOpened({ callSid: id.callSid, phone: opened.phone, line: opened.line })
        return true
      }
      refuse(opened.kind === 'used' ? 'used-token' : opened.kind)
    } catch (cause) {
      ports.onFault('open-stream', id.callSid, cause)
      refuse('disk')
    }
    return false
  }

  /** Puts the file where it stays. That may be away for long; the call can be given another stream meanwhile. */
  const keepFile = async (id: StreamId, path: string, how: string): Promise<Blob> => {
    const attempt = async () => {
      try {
        return await ports.keepFile(path)
      } catch (cause) {
        if (isClosing && ports.isStoreAway(cause)) abandoned.resolve()
        throw cause
      }
    }
    try {
      return await attempt()
    } catch (cause) {
      if (isClosing || !ports.isStoreAway(cause)) throw cause
    }
    await patiently('stop-stream', id.callSid, () => streams.stop(id, node))
    ports.onEnded(id.callSid, how)
    return patiently('keep-file', id.callSid, attempt, ports.isStoreAway)
  }

  const keep = async (kept: Kept, how: string): Promise<void> => {
    const { taking: stream } = kept
    const { id } = stream
    const isOurs = await kept.opening
    let path = stream.file()?.path ?? null
    try {
      const finished = await stream.finish()
      const startedAt = stream.startedAt()
      path = finished?.path ?? path
      if (!isOurs || startedAt === null) {
        if (path !== null) await ports.removeFile(path)
        return
      }
      if (finished === null) {
        await patiently('drop-stream', id.callSid, () =>
          streams.drop(id, node, 'failed', 'no-file'),
        )
        ports.onEnded(id.callSid, how)
        return
      }
      count(finished)
      const { hash, bytes } = await keepFile(id, finished.path, how)
      const { milliseconds, frames, lost, repeated, gaps } = finished
      await patiently('keep-stream', id.callSid, () =>
        streams.keep(
          id,
          node,
          { startedAt, hash, bytes, milliseconds, frames, lost, repeated, gaps },
          how,
        ),
      )
      await ports.removeFile(finished.path)
      ports.onEnded(id.callSid, how)
    } catch (cause) {
      // The file stays: what is in it is kept when its lease is over.
      ports.onFault('keep-stream', id.callSid, cause)
    }
  }

  const count = (finished: Finished): void => {
    sums.frames += finished.frames
    sums.lost += finished.lost
    sums.repeated += finished.repeated
    sums.gaps += finished.gaps.length
    sums.bytes += finished.bytes
  }

  const begin: Keeper['begin'] = (id, streamSid, refuse) => {
    const stream = taking(id, streamSid, ports.createFile(id), shared, elapsed)
    byCall.set(id.callSid, stream)
    byTaking.set(stream, {
      taking: stream,
      refuse,
      opening: openInDatabase(stream, refuse),
      isOver: false,
    })
    return stream
  }

  const end: Keeper['end'] = (stream, how) => {
    const kept = byTaking.get(stream)
    if (kept === undefined || kept.isOver) return
    kept.isOver = true
    if (byCall.get(stream.id.callSid) === stream) byCall.delete(stream.id.callSid)
    const work = keep(kept, how).finally(() => {
      byTaking.delete(stream)
      underWay.delete(work)
    })
    underWay.add(work)
  }

  return {
    begin,
    end,
    beat: async () => {
      beats += 1
      let place = 0
      for (const { taking: stream, refuse, isOver } of byTaking.values()) {
        place += 1
        if (isOver) continue
        const fault = stream.fault()
        if (fault !== null) {
          ports.onFault('write-stream', stream.id.callSid, fault)
          refuse('disk')
        } else if ((place + beats) % beatsASync === 0) stream.file()?.sync()
      }
      if (byTaking.size === 0) return
      const open = [...byTaking.values()].filter(
        ({ taking: { startedAt } }) => startedAt() !== null,
      )
      const ours = new Set((await streams.renew(node)).map(keyOf))
      for (const { taking: stream, refuse, isOver } of open) {
        // Taken for dead while it stood still: somebody else has finished its file.
        if (!isOver && !ours.has(keyOf(stream.id))) refuse('used-token')
      }
    },
    levels: (callSid) => {
      const stream = byCall.get(callSid)
      if (stream === undefined) return null
      const quiet = stream.quietMs()
      const levels = stream.levels()
      // Nothing comes: the last that was heard is not what there is now.
      return quiet < 1_000
        ? levels
        : { inbound: 0, outbound: 0, silentSeconds: levels.silentSeconds + quiet / 1000 }
    },
    figures: () => {
      const live = [...byTaking.values()].map(({ taking: { takings } }) => takings())
      const sum = (of: (each: (typeof live)[number]) => number) =>
        live.reduce((total, each) => total + of(each), 0)
      return {
        open: [...byTaking.values()].filter(({ isOver }) => !isOver).length,
        frames: sums.frames + sum(({ frames }) => frames),
        lost: sums.lost + sum(({ lost }) => lost),
        repeated: sums.repeated + sum(({ repeated }) => repeated),
        gaps: sums.gaps + sum(({ gaps }) => gaps.length),
        bytes: sums.bytes + sum(({ milliseconds }) => milliseconds * 16),
      }
    },
    close: async () => {
      isClosing = true
      for (const { taking: stream } of byTaking.values()) end(stream, 'shutdown')
      const all = async () => {
        while (underWay.size > 0) await Promise.all(underWay)
      }
      await Promise.race([all(), abandoned.promise])
    },
  }
}

const keyOf = ({ callSid, ordinal }: StreamId): string => `${callSid} ${ordinal}`
