import type { Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { ArrivalOrder } from './arrivals.ts'
import type { PhoneLine } from './phone-protocol.ts'

const help = `Simulated callers for a running demo (npm start without Twilio's settings).

  npm run callers -- [OPTIONS] [NUMBER]

NUMBER is the line they call; otherwise the first there is.

  --count N       so many callers, 10
  --seconds N     over so long, 60
  --keys A,B,…    what each presses: one entry a prompt that was heard out, an empty one is silence
  --patience N    seconds after which one hangs up who talks to nobody, 300
  --talk N        seconds after which one has said everything; otherwise the operator ends the talk
  --seed TEXT     the same callers at the same moments again
  --help          print this

The server is http://127.0.0.1:3000, or PORT there, or HOTLINE_URL.
`

type Orders = Omit<ArrivalOrder, 'to'> & { readonly to?: string }

/** Reads the command line; null for one that makes no sense. */
export const readOrders = (args: readonly string[]): Orders | 'help' | null => {
  const text = { type: 'string' } as const
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        count: text,
        seconds: text,
        keys: text,
        patience: text,
        talk: text,
        seed: text,
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) return 'help'
    const count = Number(values.count ?? 10)
    const seconds = Number(values.seconds ?? 60)
    const patienceSeconds = Number(values.patience ?? 300)
    const talkSeconds = values.talk === undefined ? undefined : Number(values.talk)
    const keys = values.keys?.split(',') ?? []
    const [to] = positionals
    const numbers = [count, seconds, patienceSeconds, talkSeconds ?? 0]
    const sensible =
      positionals.length <= 1 &&
      numbers.every((number) => number >= 0) &&
      Number.isInteger(count) &&
      count > 0 &&
      keys.every((key) => /^[0-9*#]*$/.test(key))
    if (!sensible) return null
    return {
      count,
      seconds,
      keys,
      patienceSeconds,
      ...(to !== undefined && { to }),
      ...(talkSeconds !== undefined && { talkSeconds }),
      // Every order brings other people.
      seed: values.seed ?? String(Date.now()),
    }
  } catch {
    return null
  }
}

const lineOf = async (url: string): Promise<string | undefined> => {
  const answer = await fetch(new URL('/phone/lines', url))
  const [line] = (await answer.json()) as readonly PhoneLine[]
  return line?.number
}

/** Orders callers of a running demo; the answer is the exit code. */
export const orderArrivals = async (
  url: string,
  orders: Orders,
  output: Pick<Writable, 'write'>,
): Promise<number> => {
  try {
    const to = orders.to ?? (await lineOf(url))
    const answer = await fetch(new URL('/simulated/arrivals', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...orders, to }),
    })
    if (answer.status !== 202) {
      output.write(`${await answer.text()}\n`)
      return 1
    }
    output.write(`${to}: ${orders.count} callers in ${orders.seconds} s\n`)
    return 0
  } catch {
    output.write(`There is no demo at ${url}\n`)
    return 1
  }
}

const run = async (): Promise<number> => {
  const { argv, env, stdout, stderr } = process
  const orders = readOrders(argv.slice(2))
  if (orders === null || orders === 'help') {
    const output = orders === null ? stderr : stdout
    output.write(help)
    return orders === null ? 2 : 0
  }
  const url = env['HOTLINE_URL'] ?? `http://127.0.0.1:${env['PORT'] ?? '3000'}`
  return orderArrivals(url, orders, stdout)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await run()
