import { createInterface } from 'node:readline/promises'
import type { Twilio } from 'twilio'
import { readConfig } from './config.ts'
import { parseNumber } from './numbers/e164.ts'
import { findNumber, restClient, settingsFor, updateNumber } from './twilio/connect.ts'

/**
 * `npm run twilio:connect -- NUMBER [--yes]`: points a number of the Twilio account at this server,
 * after showing what would change and asking.
 */
const say = (text: string) => process.stdout.write(`${text}\n`)

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`)
  process.exit(2)
}

const read = readConfig(process.env)
if ('faults' in read) fail(read.faults.join('\n'))
const { config } = read as Extract<typeof read, { config: unknown }>
const { twilio, publicUrl } = config
const arguments_ = process.argv.slice(2)
const number = parseNumber(arguments_.find((argument) => !argument.startsWith('--')) ?? '')
if (number === null) fail('Say which number: npm run twilio:connect -- +78005557373')
if (twilio === null) fail('TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set')
if (publicUrl === null) fail('PUBLIC_URL is not set: Twilio must know where this server is reached')

const connect = async (client: Twilio, ownNumber: string, origin: string): Promise<number> => {
  const wanted = settingsFor(origin)
  const owned = await findNumber(client, ownNumber, wanted)
  if (owned === null) {
    process.stderr.write(`The account has no number ${ownNumber}\n`)
    return 1
  }
  if (owned.changes.length === 0) {
    say(`${ownNumber} is connected already`)
    return 0
  }
  say(`${ownNumber} will change:`)
  for (const { name, from, to } of owned.changes)
    say(`  ${name}\n    - ${from || '(empty)'}\n    + ${to}`)
  if (!arguments_.includes('--yes') && !(await confirmed())) {
    say('Nothing was changed')
    return 1
  }
  await updateNumber(client, owned.sid, wanted)
  say(`${ownNumber} is connected`)
  return 0
}

const confirmed = async (): Promise<boolean> => {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await terminal.question('Change it? [y/N] ')).trim())
  } finally {
    terminal.close()
  }
}

try {
  process.exitCode = await connect(
    restClient({
      accountSid: twilio?.accountSid ?? '',
      authToken: twilio?.authToken.reveal() ?? '',
      apiUrl: twilio?.apiUrl ?? null,
    }),
    number ?? '',
    publicUrl ?? '',
  )
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
