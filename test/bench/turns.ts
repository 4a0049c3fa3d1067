import { sessionVariables } from '../../src/calls/answer.ts'
import { resume, start } from '../../src/voicexml/interpret.ts'
import type { Json, Turn } from '../../src/voicexml/turn.ts'
import { readShippedFlows } from '../support/shipped-flows.ts'
import { keys } from './caller.ts'

export type TurnFigures = {
  readonly medianMs: number
  readonly p99Ms: number
  readonly turns: number
  readonly largestSessionBytes: number
}

const calls = 3000
const warmUp = 500

/** What the platform functions on the way answer. */
const answers: Readonly<Record<string, Json>> = {
  hours: { open: true, until: null, next: null },
  notice: { texts: [], notices: [] },
  enqueue: { status: 'closed', waitedSeconds: 0 },
}

/** One pure turn of the shipped hotline, session read from and written to JSON text each time. */
export const measureTurns = async (): Promise<TurnFigures> => {
  const { flowSet } = await readShippedFlows()
  const { setting } = flowSet
  const line = flowSet.lines.get('+78005557373')
  if (line === undefined) throw new Error('The shipped hotline is not in lines.yaml')
  const caller = { from: '+79161234567', to: line.number, callerCountry: 'RU' }
  const session = sessionVariables(caller, line)
  const times: number[] = []
  let largest = 0
  const settle = (turn: Turn): Turn => {
    let settled = turn
    while (settled.wait.kind === 'object' && settled.session !== null) {
      const result = answers[settled.wait.name] ?? {}
      settled = resume(settled.session, { kind: 'object-result', result }, setting)
    }
    return settled
  }
  for (let call = 0; call < calls; call++) {
    let turn = settle(start(setting, { document: line.flow, language: 'ru-RU', session }))
    for (const digits of keys) {
      const text = JSON.stringify(turn.session)
      largest = Math.max(largest, Buffer.byteLength(text))
      const begin = performance.now()
      turn = settle(resume(JSON.parse(text), { kind: 'digits', digits }, setting))
      JSON.stringify(turn.session)
      if (call >= warmUp) times.push(performance.now() - begin)
      if (turn.session === null) break
    }
  }
  times.sort((a, b) => a - b)
  return {
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    turns: times.length,
    largestSessionBytes: largest,
  }
}
