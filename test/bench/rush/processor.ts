import { readdir, readFile } from 'node:fs/promises'

/** Seconds of a processor since each of them began. */
export type Spent = {
  readonly server: number
  readonly database: number
  /** Of this process: its main thread, which is the carrier, and all others, which are the consoles. */
  readonly carrier: number
  readonly consoles: number
}

/** @param backend process of any connection to the database: with its like, it has the same parent */
export const spentSoFar = async (server: number, backend: number): Promise<Spent> => {
  const main = await statOf(`${process.pid}/task/${process.pid}`)
  const own = await statOf(process.pid)
  return {
    server: (await statOf(server)).seconds,
    database: await secondsBelow((await statOf(backend)).parent),
    carrier: main.seconds,
    consoles: own.seconds - main.seconds,
  }
}

/** What each spent, in milliseconds a call. */
export const perCall = (before: Spent, after: Spent, calls: number) => ({
  serverMsPerCall: ((after.server - before.server) * 1000) / calls,
  databaseMsPerCall: ((after.database - before.database) * 1000) / calls,
  carrierMsPerCall: ((after.carrier - before.carrier) * 1000) / calls,
  consolesMsPerCall: ((after.consoles - before.consoles) * 1000) / calls,
})

const secondsBelow = async (parent: number): Promise<number> => {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(processes.map(statOf))
  return stats
    .filter((stat) => stat.parent === parent)
    .reduce((sum, { seconds }) => sum + seconds, 0)
}

/** Of a process or thread that is gone, nothing. */
const statOf = async (path: string | number): Promise<{ parent: number; seconds: number }> => {
  const stat = await readFile(`/proc/${path}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [parent = 0, user = 0, system = 0] = [1, 11, 12].map((index) => Number(fields[index] ?? 0))
  return { parent, seconds: (user + system) / 100 }
}
