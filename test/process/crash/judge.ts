import type { Call } from '../../../src/simulator/call.ts'
import { behaviour } from './crashing.ts'
import type { World } from './world.ts'

type Test = { same(found: unknown, wanted: unknown, ...message: [string]): unknown }

/** Whoever called talked to an operator, once; no operator's telephone rang twice for one reservation. */
export const judgeCallers = async (
  t: Test,
  world: World,
  callers: readonly Call[],
): Promise<void> => {
  const faults: string[] = []
  for (const { callSid, history } of callers) {
    const talks = history.filter(
      (report) => report.type === 'conference' && report.state === 'talking',
    ).length
    if (talks !== 1) faults.push(`${callSid} talked ${talks} times: ${historyOf(history)}`)
  }
  const held = Map.groupBy(await world.reservations(), ({ login }) => login)
  const rung = Map.groupBy(world.carrier.rung(), ({ to }) => to)
  for (const [login, reservations] of held) {
    const rings = rung.get(`client:${login}`)?.length ?? 0
    if (rings > reservations.length)
      faults.push(`${login} was rung ${rings} times for ${reservations.length} reservations`)
  }
  t.same(faults, [], 'every caller talked to one operator')
}

/** What a fault is understood by. */
const historyOf = (history: Call['history']): string =>
  history
    .flatMap((report) => {
      if (report.type === 'webhook')
        return `${new URL(report.url).pathname.split('/')[2]} ${report.status}`
      if (report.type === 'debugger') return `${report.code} ${report.message}`
      return 'state' in report ? `${report.type} ${report.state}` : []
    })
    .join(', ')

/** The end that the telephone's owner deserves, and how often it has rung by then. */
const deserved = { answers: ['done', 1], busy: ['failed', 0], 'no-answer': ['failed', 3] } as const

/** Ended for good, as the telephone's owner deserves; no telephone rung while another ring lasted. */
export const judge = async (t: Test, world: World, phones: readonly string[]): Promise<void> => {
  const book = world.rings()
  const rows = new Map((await world.rows()).map((row) => [row.phone, row]))
  const faults: string[] = []
  for (const phone of phones) {
    const row = rows.get(phone)
    const rang = book.get(phone) ?? 0
    const { kind } = behaviour(phone)
    const [state, rings] = kind in deserved ? deserved[kind as keyof typeof deserved] : ['done', 1]
    if (row?.state !== state || row.attempts !== rings)
      faults.push(
        `${phone}: ${row?.state} after ${row?.attempts} attempts: ${historyOf(world.carrier.call(row?.leg_sid ?? '')?.history ?? [])}`,
      )
    if (rang !== rings) faults.push(`${phone} rang ${rang} times`)
  }
  for (const [to, spans] of Map.groupBy(world.carrier.calls(), (call) => call.record().to)) {
    if (!rows.has(to)) continue
    const sorted = spans.map((call) => call.record()).sort((a, b) => a.startedAt - b.startedAt)
    sorted.forEach((call, at) => {
      const next = sorted[at + 1]
      if (next !== undefined && (call.endedAt ?? Infinity) > next.startedAt)
        faults.push(`${to} was dialled while it was being dialled`)
    })
  }
  t.same(faults, [], 'every callback came to the end it deserves, and rang as often')
}
