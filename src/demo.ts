import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CasePorts, createCase } from './cases/create-case.ts'
import { findCase } from './cases/find-case.ts'
import { keyedForm, parseApplicationNumber } from './numbers/application-number.ts'
import { createOperator, type ManagePorts } from './operators/manage-operators.ts'
import type { Operator, Role } from './operators/operator.ts'
import { newPassword } from './operators/password.ts'
import { type Carrier, createCarrier, ownNumber } from './simulator/carrier.ts'
import type { PhoneExample } from './simulator/phone-protocol.ts'
import { createSpeaker } from './simulator/speech.ts'

/** Where the simulated carrier takes orders in the demo. */
export const carrierPrefix = '/carrier'

/** The account that the simulated carrier plays. */
export type CarrierAccount = {
  readonly accountSid: string
  readonly authToken: string
  readonly numbers: (number: string) => NumberAddresses | undefined
}

type NumberAddresses = {
  readonly voiceUrl: string
  readonly voiceFallbackUrl: string
  readonly statusCallback: string
}

/** A new account at every start: nobody else can sign for it. `owns` says which numbers it has. */
export const carrierAccount = (
  publicUrl: () => string,
  owns: (number: string) => boolean,
): CarrierAccount => ({
  accountSid: `AC${randomBytes(16).toString('hex')}`,
  authToken: randomBytes(16).toString('hex'),
  numbers: (number) =>
    owns(number)
      ? {
          voiceUrl: `${publicUrl()}/voice/incoming`,
          voiceFallbackUrl: `${publicUrl()}/voice/fallback`,
          statusCallback: `${publicUrl()}/voice/status`,
        }
      : undefined,
})

/** It reaches this process where it listens, whatever the public address is. */
export const simulatedCarrier =
  (url: () => string, publicUrl: () => string) =>
  (account: CarrierAccount): Carrier =>
    createCarrier({
      ...account,
      get origins() {
        return { [publicUrl()]: url() }
      },
      // Streams of calls carry what is said; without the synthesiser a murmur.
      voice: createSpeaker(),
      // Telephones ring at the phone pages that have their numbers: now, or when they are back.
      phones: (address) => (address.startsWith('+') ? { kind: 'by-hand' } : undefined),
      // Recordings are fetched where the demo serves them.
      get apiUrl() {
        return publicUrl()
      },
    })

/** The sign-in of the demo, made once and kept beside its data, readable by its owner alone. */
export const demoToken = async (dataDir: string): Promise<string> => {
  const kept = await readPrivate(dataDir, 'admin-token')
  if (kept.length >= 32) return kept
  const token = randomBytes(24).toString('base64url')
  await writePrivate(dataDir, 'admin-token', token)
  return token
}

/**
 * An application to ask for by telephone, registered at the first start: its access code exists in
 * clear only in a file beside the data.
 */
export const exampleCase = async (dataDir: string, ports: CasePorts): Promise<PhoneExample> => {
  const [keptNumber = '', keptCode = ''] = (await readPrivate(dataDir, 'example-case')).split(' ')
  const known = await findCase(ports, keptNumber)
  if (known !== null && keptCode !== '') return example(known.number, keptCode)
  const made = await createCase(ports, {
    phone: ownNumber,
    service: 'загранпаспорт',
    status: 'in-progress',
  })
  if (made.kind !== 'created') throw new Error('The example of an application cannot be made')
  await writePrivate(dataDir, 'example-case', `${made.created.number} ${made.accessCode}`)
  return example(made.created.number, made.accessCode)
}

const example = (number: string, accessCode: string): PhoneExample => {
  const parsed = parseApplicationNumber(number)
  return { number, keys: `${parsed === null ? '' : keyedForm(parsed)}#`, accessCode }
}

/** Somebody who can sign in to the console of the demo. */
export type DemoOperator = {
  readonly login: string
  readonly role: Role
  readonly password: string
}

/**
 * Operators of the demo, made at the first start, with passwords that exist in clear only in a file beside
 * the data. One that was there before, or whose file is lost, is left alone and not told of.
 *
 * @param skills all that queues ask for
 */
export const demoOperators = async (
  dataDir: string,
  ports: ManagePorts,
  skills: readonly string[],
): Promise<readonly DemoOperator[]> => {
  const file = await readPrivate(dataDir, 'operators')
  const kept = new Map(
    file.split('\n').map((line) => line.split(' ') as [string, string | undefined]),
  )
  const known: DemoOperator[] = []
  for (const { login, name, role, languages } of cast) {
    const password = kept.get(login) ?? newPassword()
    const isThere = (await ports.operators.find(login)) !== null
    if (isThere && kept.get(login) === undefined) continue
    known.push({ login, role, password })
    if (isThere) continue
    // Before the operator: nobody is made whose password is lost.
    const lines = new Map([...kept, ...known.map((each) => [each.login, each.password] as const)])
    await writePrivate(
      dataDir,
      'operators',
      [...lines]
        .flatMap(([key, value]) => (value === undefined ? [] : `${key} ${value}`))
        .join('\n'),
    )
    const contact = `client:${login}`
    const made = await createOperator(ports, {
      ...{ login, name, role, languages, contact, skills },
      password,
    })
    if (made.kind !== 'created') throw new Error('An operator of the demo cannot be made')
  }
  return known
}

const cast: readonly Pick<Operator, 'login' | 'name' | 'role' | 'languages'>[] = [
  { login: 'anna', name: 'Анна Соколова', role: 'operator', languages: ['ru-RU', 'en-US'] },
  { login: 'boris', name: 'Борис Гареев', role: 'operator', languages: ['ru-RU', 'tt-RU'] },
  {
    login: 'vera',
    name: 'Вера Лебедева',
    role: 'supervisor',
    languages: ['ru-RU', 'en-US', 'tt-RU'],
  },
]

const readPrivate = async (dataDir: string, name: string): Promise<string> =>
  (await readFile(join(dataDir, name), 'utf8').catch(() => '')).trim()

const writePrivate = async (dataDir: string, name: string, text: string): Promise<void> => {
  const path = join(dataDir, name)
  await mkdir(dataDir, { recursive: true })
  await writeFile(path, `${text}\n`, { mode: 0o600 })
  await chmod(path, 0o600)
}
