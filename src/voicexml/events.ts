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
  for (const prefix of prefixes(name)) {
    counters.events.set(prefix, (counters.events.get(prefix) ?? 0) + 1)
  }

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
      const taken = takes(handler, name)
      if (!taken.some((event) => handler.count <= (counters.events.get(event) ?? 0))) continue
      if (handler.cond(run)) selected = handler
    }
  }
  return selected
}

/** The names, of those a handler is for, that take the event: itself or a prefix of whole words. */
const takes = (handler: Handler, name: string): readonly string[] =>
  handler.events.length === 0
    ? ['']
    : handler.events.filter((event) => event === name || name.startsWith(`${event}.`))

/** `a.b.c` → `a.b.c`, `a.b`, `a` and the empty name, which stands for every event. */
const prefixes = (name: string): readonly string[] => {
  const words = name.split('.')
  return [...words.map((_, index) => words.slice(0, index + 1).join('.')), '']
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
