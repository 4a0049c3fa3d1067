import { queueCatalogue } from './elements/prompts.ts'
import type { Counters, Departure, Handler, Run } from './flow.ts'
import { surroundings } from './properties.ts'
import { contextOf, performApart, spend } from './run.ts'
import { newScope } from './scopes.ts'

/**
 * Catches an event where the run stands (VoiceXML 2.0 section 5.2): counts it, selects a handler and
 * executes it as if it stood there. Without a handler the platform's own applies.
 */
export const handle = (
  run: Run,
  name: string,
  message: string | undefined,
): Departure | undefined => {
  spend(run, 'transitions')
  const context = contextOf(run)
  run.events.push({ type: 'event', name, message: message ?? '', dialog: context.dialog.id })
  const { at } = context
  const counters = (typeof at === 'number' ? context.items[at] : undefined) ?? context.own
  count(counters, name)

  const scope = newScope()
  scope['_event'] = name
  scope['_message'] = message
  run.reprompt = false
  const outside = run.local
  run.local = [scope]
  try {
    const handler = select(run, name, counters)
    const departure =
      handler === undefined ? handleByDefault(run, name) : performApart(handler.content, run, scope)
    if (departure === undefined || departure.kind === 'item') context.silent = !run.reprompt
    return departure
  } finally {
    run.local = outside
  }
}

/**
 * Of the handlers in scope that take the event, whose condition holds and whose count is reached,
 * those with the highest count; of these the first, nearer scopes before farther ones
 * (VoiceXML 2.0 section 5.2.4).
 */
const select = (run: Run, name: string, counters: Counters): Handler | undefined => {
  let selected: Handler | undefined
  for (const { handlers } of surroundings(run)) {
    for (const handler of handlers) {
      if (selected !== undefined && handler.count <= selected.count) continue
      if (isReached(handler, name, counters) && handler.cond(run)) selected = handler
    }
  }
  return selected
}

/** Whether any event the handler is for takes this one, as itself or a prefix of whole words, often enough. */
const isReached = ({ events, count }: Handler, name: string, counters: Counters): boolean =>
  events.length === 0
    ? count <= timesThrown(counters, '')
    : events.some((event) => isPrefix(event, name) && count <= timesThrown(counters, event))

const isPrefix = (event: string, name: string): boolean =>
  name.startsWith(event) && (name.length === event.length || name[event.length] === '.')

const timesThrown = ({ events }: Counters, event: string): number => events?.get(event) ?? 0

/** Counts `a.b.c` as itself, as `a.b`, as `a` and under the empty name, which stands for every event. */
const count = (counters: Counters, name: string): void => {
  counters.events ??= new Map()
  const words = name.split('.')
  for (let length = words.length; length >= 0; length -= 1) {
    const prefix = words.slice(0, length).join('.')
    counters.events.set(prefix, timesThrown(counters, prefix) + 1)
  }
}

/** The platform's handlers (VoiceXML 2.0 section 5.2.5), speaking where the catalogue has words. */
const handleByDefault = (run: Run, name: string): Departure | undefined => {
  switch (name.split('.')[0]) {
    case 'cancel':
      return undefined
    case 'noinput':
    case 'nomatch':
    case 'help':
      queueCatalogue(run, `default.${name.split('.')[0]}`)
      run.reprompt = true
      return undefined
    case 'maxspeechtimeout':
      run.reprompt = true
      return undefined
    case 'exit':
    case 'connection':
      return { kind: 'wait', wait: { kind: 'end', how: 'exit' } }
    default:
      queueCatalogue(run, 'default.error')
      return { kind: 'wait', wait: { kind: 'end', how: 'failed' } }
  }
}
