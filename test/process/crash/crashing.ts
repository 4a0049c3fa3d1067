import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '../../../src/simulator/call.ts'
import type { PhoneBehaviour } from '../../../src/simulator/called-phones.ts'
import type { World } from './world.ts'

/** Of the first test; more for a thorough run. */
export const crashes = Number(process.env['CRASHES'] ?? 10)

const sources = join(import.meta.dirname, '../../../src')

/** Every point between two statements on the way of a caller to an operator, and of a callback's life. */
const allPoints = globSync(['queues/bridge.ts', 'callbacks/*.ts', 'db/callback-*.ts'], {
  cwd: sources,
})
  .flatMap((file) => [
    ...readFileSync(join(sources, file), 'utf8').matchAll(/failpoint\('([^']+)'\)/g),
  ])
  .map(([, name = '']) => name)
  .concat('test.keys', 'test.confirmed')
  .sort()

/** Some are reached only where an answer of the carrier is lost. */
const isOfLost = (name: string) => /doubted|doubtful|evidence|missing/.test(name)

/** A sample begins with another one every day. */
const today = Math.floor(Date.now() / 86_400_000)
const fromToday = (names: readonly string[]) => {
  const at = (today * crashes) % names.length
  return [...names.slice(at), ...names.slice(0, at)]
}

export const points = {
  smooth: fromToday(allPoints.filter((name) => !isOfLost(name))),
  lost: fromToday(allPoints.filter(isOfLost)),
}

const answers: PhoneBehaviour = {
  kind: 'answers',
  afterSeconds: 2,
  talksSeconds: null,
  presses: [{ keys: '1' }],
}

/** By the last digits: one never answers, one is engaged; all others answer and press 1. */
export const behaviour = (number: string): PhoneBehaviour => {
  if (number.endsWith('0007')) return { kind: 'no-answer' }
  return number.endsWith('0009') ? { kind: 'busy' } : answers
}

export const phonesFrom = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `+7916${String(first + at).padStart(7, '0')}`)

/** By the rule of the broken-off call: three times, ten seconds apart. */
export const hasty = (
  world: World,
  phones: readonly string[],
  orders?: readonly ('operator-first' | 'caller-first')[],
) => world.ask(phones, 'broken-off', orders)

/** A point that is not reached soon: the node is killed wherever it is. */
const patienceMs = 2_500

/** So often a point is waited for that was not reached. */
const triesLater = 3
const addedPhones = (count: number) => phonesFrom(9_000_010, count)

/** Lets two nodes of three at a time die, each at the next point, while people go on calling and asking to be called. */
export const crash = async (
  world: World,
  { names, times, phones }: { names: readonly string[]; times: number; phones: readonly string[] },
) => {
  const waiting = [...phones]
  const callers: Call[] = []
  const reached = new Set<string>()
  await hasty(world, waiting.splice(0, 12))
  const survivor = await world.startNode('', { works: false })
  let next = 0
  const dieAt = async (name: string, nth: number, patience: number) => {
    const node = await world.startNode(`${name}:${nth}:kill9`)
    for (const _ of [0, 1])
      callers.push(world.call(`+7921${String(callers.length).padStart(7, '0')}`))
    const late = await Promise.race([node.ended, pause(patience, 'late')])
    if (late === 'late') node.child.kill('SIGKILL')
    else reached.add(name)
    await node.ended
  }
  const die = async () => {
    while (next < times) {
      const name = names[next % names.length] ?? ''
      const nth = 1 + (Math.floor(next / names.length) % 3)
      next += 1
      await hasty(world, waiting.splice(0, Math.ceil(waiting.length / (times - next + 1))))
      await dieAt(name, nth, patienceMs)
    }
  }
  const begun = performance.now()
  await Promise.all([die(), die()])
  const each = Math.round((performance.now() - begun) / times)
  // What a busy machine has not come by in time is waited for.
  const isThorough = times >= 5 * names.length
  const late = isThorough ? names.filter((name) => !reached.has(name)) : []
  const asked = [...phones]
  const added = addedPhones(late.length * triesLater * 2)
  for (let at = 0; at < late.length * triesLater; at++) {
    const name = late[at % late.length] ?? ''
    if (reached.has(name)) continue
    const more = added.slice(2 * at, 2 * at + 2)
    await hasty(world, more)
    asked.push(...more)
    await dieAt(name, 1, 8 * patienceMs)
  }
  survivor.child.kill('SIGKILL')
  const missed = names.slice(0, times).filter((name) => !reached.has(name))
  const told = `${each} ms a crash; killed elsewhere than at ${missed.join(', ') || 'none'}`
  return { told, asked, callers, missed: isThorough ? missed : [] }
}

const allEnded = async (world: World) =>
  (await world.rows()).every(({ state }) =>
    ['done', 'failed', 'expired', 'cancelled'].includes(state),
  ) && (await world.isQuiet())

/** Until all is ended: what is left after the crashes goes its way without them. */
export const heal = async (world: World, seconds = 150): Promise<void> => {
  await world.startNode()
  const patience = performance.now() + seconds * 1000
  while (!(await allEnded(world)) && performance.now() < patience) await pause(50)
}
