import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

const busy = 5
const retryMilliseconds = 20

/**
 * Runs work while no other process on this machine holds the same lock file.
 * The operating system releases the lock when its holder dies, however it dies: the lock is the
 * exclusive transaction of an empty SQLite file, the one kernel file lock that Node reaches on
 * every platform.
 */
export const withFileLock = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  const file = new DatabaseSync(path, { timeout: 0 })
  try {
    while (!lock(file)) await delay(retryMilliseconds)
    return await work()
  } finally {
    file.close()
  }
}

const lock = (file: DatabaseSync): boolean => {
  try {
    file.exec('begin exclusive')
    return true
  } catch (cause) {
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === busy) return false
    throw cause
  }
}
