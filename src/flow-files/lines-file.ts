import type { CallbackOrder, Line, Queue } from '../calls/flow-set.ts'
import { parseNumber } from '../numbers/e164.ts'
import { parseSchedule } from '../schedules/parse-schedule.ts'
import type { Schedule } from '../schedules/schedule.ts'
import type { Finding } from '../voicexml/element.ts'
import { readYaml, type YamlNode } from './yaml-source.ts'

/** What `lines.yaml` says; whatever was wrong in it is left out and stands among the findings. */
export type LinesFile = {
  readonly timezone: string
  readonly lines: ReadonlyMap<string, Line>
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly queues: ReadonlyMap<string, Queue>
  readonly findings: readonly Finding[]
}

/** What the rest of the folder has that a line may name. */
export type Surroundings = {
  readonly documents: ReadonlySet<string>
  /** Languages with a catalogue. */
  readonly languages: ReadonlySet<string>
}

export const linesPath = 'lines.yaml'

export const defaults = {
  timezone: 'Europe/Moscow',
  language: 'ru-RU',
  queue: 'general',
} as const

/** A queue of which `lines.yaml` says nothing. Priority: greater is served earlier; times in seconds. */
export const defaultQueue: Omit<Queue, 'name'> = Object.freeze({
  skills: [],
  priority: 0,
  maxWaitSeconds: 900,
  offerCallbackAfterSeconds: 60,
  ringSeconds: 20,
  wrapUpSeconds: 30,
  callbackOrder: 'operator-first',
})

/** Languages a line may have. Russian and English read out numbers and dates; Tatar has recordings for them. */
const spokenLanguages = new Set(['ru', 'en', 'tt'])

/**
 * Reads `lines.yaml`. Two lines (`number` and `flow`) are a whole file: the rest has defaults, and a line
 * without a schedule is always open.
 */
export const parseLinesFile = (source: string, around: Surroundings): LinesFile => {
  const { root, findings } = readYaml(source, linesPath)
  const file = root?.members(['timezone', 'lines', 'schedules', 'queues'])
  const timezone = readTimezone(file?.get('timezone'))
  const schedules = readSchedules(file?.get('schedules'), timezone)
  const queues = readQueues(file?.get('queues'))
  const lines = new Map<string, Line>()
  for (const node of file?.get('lines')?.items() ?? []) {
    const line = readLine(node, around, schedules, queues)
    if (line === null) continue
    if (lines.has(line.number))
      node.report('duplicate-number', `another line has the number ${line.number} already`)
    else lines.set(line.number, line)
  }
  if (root !== null && lines.size === 0 && findings.length === 0)
    root.report('no-lines', 'no line is described, so no call can be answered')
  return { timezone, lines, schedules: schedules.sound, queues, findings }
}

const readTimezone = (node: YamlNode | undefined): string => {
  const name = node?.text()
  if (name === undefined || name === null) return defaults.timezone
  try {
    // An offset such as +03:00 is a zone to Intl, but it knows no summer time and no history.
    if (/^[+-]/.test(name)) throw new RangeError(name)
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    node?.report('unknown-timezone', `"${name}" is no time zone of the IANA list`)
    return defaults.timezone
  }
}

/** `sound` can be used; `named` are all names, so that a faulty schedule is not also an unknown one. */
type Schedules = {
  readonly sound: ReadonlyMap<string, Schedule>
  readonly named: ReadonlySet<string>
}

const readSchedules = (node: YamlNode | undefined, timezone: string): Schedules => {
  const members = node?.members() ?? new Map<string, YamlNode>()
  const sound = new Map<string, Schedule>()
  for (const [name, one] of members) {
    const parsed = parseSchedule(one.value(), timezone)
    if ('faults' in parsed) for (const fault of parsed.faults) one.report('bad-schedule', fault)
    else sound.set(name, parsed.schedule)
  }
  return { sound, named: new Set(members.keys()) }
}

const queueKeys = [
  'skills',
  'priority',
  'maxWaitSeconds',
  'offerCallbackAfterSeconds',
  'ringSeconds',
  'wrapUpSeconds',
  'callbackOrder',
] as const

const readQueues = (node: YamlNode | undefined): ReadonlyMap<string, Queue> => {
  const queues = new Map<string, Queue>()
  for (const [name, one] of node?.members() ?? []) queues.set(name, readQueue(name, one))
  if (!queues.has(defaults.queue))
    queues.set(defaults.queue, Object.freeze({ name: defaults.queue, ...defaultQueue }))
  return queues
}

const readQueue = (name: string, node: YamlNode): Queue => {
  const members = node.members(queueKeys)
  const seconds = (
    key: (typeof queueKeys)[number],
    least: number,
    most: number,
    otherwise: number,
  ) => members?.get(key)?.integer(least, most) ?? otherwise
  return Object.freeze({
    name,
    skills: texts(members?.get('skills')) ?? defaultQueue.skills,
    priority: seconds('priority', -100, 100, defaultQueue.priority),
    maxWaitSeconds: seconds('maxWaitSeconds', 0, 86_400, defaultQueue.maxWaitSeconds),
    offerCallbackAfterSeconds: seconds(
      'offerCallbackAfterSeconds',
      0,
      86_400,
      defaultQueue.offerCallbackAfterSeconds,
    ),
    ringSeconds: seconds('ringSeconds', 5, 120, defaultQueue.ringSeconds),
    wrapUpSeconds: seconds('wrapUpSeconds', 0, 3600, defaultQueue.wrapUpSeconds),
    callbackOrder: readCallbackOrder(members?.get('callbackOrder')),
  })
}

const readCallbackOrder = (node: YamlNode | undefined): CallbackOrder => {
  const order = node?.text()
  if (order === 'operator-first' || order === 'caller-first') return order
  if (typeof order === 'string')
    node?.report('wrong-value', 'operator-first or caller-first belongs here')
  return defaultQueue.callbackOrder
}

const texts = (node: YamlNode | undefined): readonly string[] | null =>
  node?.items()?.flatMap((item) => item.text() ?? []) ?? null

const lineKeys = [
  'number',
  'name',
  'description',
  'flow',
  'languages',
  'schedule',
  'queue',
  'integrated',
] as const

const readLine = (
  node: YamlNode,
  around: Surroundings,
  schedules: Schedules,
  queues: ReadonlyMap<string, Queue>,
): Line | null => {
  const members = node.members(lineKeys)
  if (members === null) return null
  const number = readNumber(members.get('number'), node)
  const flow = readFlow(members.get('flow'), node, around.documents)
  const name = members.get('name')?.text() ?? number
  const description = members.get('description')?.text() ?? null
  const languages = readLanguages(members.get('languages'), around.languages)
  const named = readName(members.get('schedule'), 'schedule', schedules.named)
  const schedule = named !== null && schedules.sound.has(named) ? named : null
  const queue = readName(members.get('queue'), 'queue', new Set(queues.keys())) ?? defaults.queue
  const integrated = members.get('integrated')?.boolean() ?? false
  if (number === null || flow === null || name === null) return null
  return Object.freeze({
    number,
    name,
    description,
    flow,
    languages,
    schedule,
    queue,
    integrated,
  })
}

const readNumber = (node: YamlNode | undefined, line: YamlNode): string | null => {
  if (node === undefined) {
    line.report('missing-key', 'a line needs its number')
    return null
  }
  const number = node.text()
  if (number === null) return null
  if (parseNumber(number) === number) return number
  node.report('bad-number', `"${number}" is no E.164 number such as "+78005557373"`)
  return null
}

const readFlow = (
  node: YamlNode | undefined,
  line: YamlNode,
  documents: ReadonlySet<string>,
): string | null => {
  if (node === undefined) {
    line.report('missing-key', 'a line needs its flow')
    return null
  }
  const flow = node.text()
  if (flow === null || documents.has(flow)) return flow
  node.report('unknown-flow', `there is no document ${flow}`)
  return null
}

const readLanguages = (
  node: YamlNode | undefined,
  catalogues: ReadonlySet<string>,
): readonly [string, ...string[]] => {
  const languages: string[] = []
  const items = node?.items() ?? null
  for (const item of items ?? []) {
    const language = item.text()
    if (language === null) continue
    if (!isSpoken(language))
      item.report('unknown-language', `"${language}" is no language the platform speaks`)
    else if (languages.includes(language))
      item.report('wrong-value', `"${language}" stands in the list already`)
    else {
      languages.push(language)
      if (!catalogues.has(language))
        item.report('no-catalogue', `there is no catalogue prompts/${language}.yaml`)
    }
  }
  const [first, ...rest] = languages
  if (first !== undefined) return Object.freeze([first, ...rest] as const)
  if (items?.length === 0) node?.report('wrong-value', 'a line speaks at least one language')
  return Object.freeze([defaults.language] as const)
}

const isSpoken = (language: string): boolean => {
  try {
    const [canonical] = Intl.getCanonicalLocales(language)
    return canonical === language && spokenLanguages.has(new Intl.Locale(language).language)
  } catch {
    return false
  }
}

const readName = (
  node: YamlNode | undefined,
  kind: 'schedule' | 'queue',
  known: ReadonlySet<string>,
): string | null => {
  const name = node?.text() ?? null
  if (name !== null && !known.has(name)) {
    node?.report(`unknown-${kind}`, `there is no ${kind} "${name}"`)
    return null
  }
  return name
}
