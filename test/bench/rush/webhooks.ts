import { createHmac } from 'node:crypto'
import { authToken, origin } from '../caller.ts'
import { type Answer, type Connection, openConnection } from '../connection.ts'

export type Webhooks = {
  /** Posts a signed form; waits for one of the connections. */
  readonly post: (path: string, fields: Readonly<Record<string, string>>) => Promise<Answer>
  readonly close: () => void
}

/** The carrier's side of webhooks: so many connections at most, each with one request at a time. */
export const openWebhooks = (port: number, most: number): Webhooks => {
  const all = new Set<Connection>()
  const idle: Connection[] = []
  const waiting: ((connection: Connection) => void)[] = []
  let opened = 0
  const open = async (): Promise<Connection> => {
    opened++
    const connection = await openConnection(port)
    all.add(connection)
    return connection
  }
  const take = (): Promise<Connection> => {
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (connection.isOpen()) return Promise.resolve(connection)
      all.delete(connection)
      opened--
    }
    return opened < most ? open() : new Promise((resolve) => waiting.push(resolve))
  }
  const giveBack = (connection: Connection) => {
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else next(connection)
  }
  return {
    post: async (path, fields) => {
      const connection = await take()
      try {
        return await connection.post(path, sign(path, fields), encode(fields))
      } finally {
        giveBack(connection)
      }
    },
    close: () => {
      for (const connection of all) connection.close()
    },
  }
}

const sign = (path: string, fields: Readonly<Record<string, string>>): string => {
  const text = Object.keys(fields)
    .sort()
    .map((name) => name + fields[name])
    .join('')
  return createHmac('sha1', authToken)
    .update(origin + path + text)
    .digest('base64')
}

const encode = (fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams(fields).toString()
