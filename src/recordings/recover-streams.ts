import type { Blob } from './blobs.ts'
import type { StreamId, StreamStore } from './ports.ts'

/** A file of sound that a process which may be dead has left behind. */
export type LeftSound = {
  readonly id: StreamId
  readonly path: string
  readonly owner: string
  readonly isOwnerDead: boolean
}

export type RecoverPorts<Sound extends LeftSound> = {
  readonly node: string
  readonly streams: Pick<StreamStore, 'expire' | 'takeOver' | 'giveBack' | 'keep' | 'isOver'>
  readonly left: () => Promise<readonly Sound[]>
  /** A whole copy that says itself how long it is. */
  readonly repair: (
    sound: Sound,
  ) => Promise<{ readonly path: string; readonly milliseconds: number }>
  readonly keepFile: (path: string) => Promise<Blob>
  readonly removeFile: (path: string) => Promise<void>
}

/**
 * Finishes what dead processes have left: what was written of a stream is kept, however it ended.
 * Answers the calls whose streams were finished.
 */
export const recoverStreams = async <Sound extends LeftSound>(
  ports: RecoverPorts<Sound>,
): Promise<readonly string[]> => {
  const { node, streams } = ports
  const left = await ports.left()
  if (left.length === 0) return []
  const dead = new Set(left.flatMap(({ owner, isOwnerDead }) => (isOwnerDead ? [owner] : [])))
  for (const owner of dead) await streams.expire(owner)
  const byId = new Map(left.map((sound) => [keyOf(sound.id), sound]))
  const taken = await streams.takeOver(
    node,
    left.map(({ id }) => id),
  )
  for (const id of taken) {
    const sound = byId.get(keyOf(id))
    if (sound === undefined) continue
    try {
      await finish(ports, sound)
    } catch (cause) {
      for (const each of taken.slice(taken.indexOf(id))) await streams.giveBack(each, node)
      throw cause
    }
  }
  // A process may die between the row and the removal of its file.
  for (const sound of left) {
    if (sound.isOwnerDead && (await streams.isOver(sound.id))) await ports.removeFile(sound.path)
  }
  return taken.map(({ callSid }) => callSid)
}

const finish = async <Sound extends LeftSound>(
  { node, streams, repair, keepFile, removeFile }: RecoverPorts<Sound>,
  sound: Sound,
): Promise<void> => {
  const { path, milliseconds } = await repair(sound)
  try {
    const { hash, bytes } = await keepFile(path)
    const unknown = { frames: null, lost: null, repeated: null, gaps: [], startedAt: null }
    await streams.keep(sound.id, node, { ...unknown, hash, bytes, milliseconds }, 'node-died')
  } finally {
    await removeFile(path)
  }
  await removeFile(sound.path)
}

const keyOf = ({ callSid, ordinal }: StreamId): string => `${callSid} ${ordinal}`
