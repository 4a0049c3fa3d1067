import type { FlowEvent } from '../voicexml/turn.ts'
import { type CallChanges, type CallEvent, changesAfter, isOutcome } from './call.ts'

/** Engine events as entries of the call log. */
export const toCallEvents = (
  events: readonly FlowEvent[],
  at: Temporal.Instant,
): readonly CallEvent[] =>
  events.map(({ type, ...data }) => ({ at, type: type === 'event' ? 'flow-event' : type, data }))

/**
 * What a flow says of its own call through `<log label="topic">` and `<log label="outcome">`; the
 * last word stands, as far as `outcomeAfter` lets it. An outcome the call log does not know is left as an event and changes nothing.
 */
export const changesFromLogs = (events: readonly FlowEvent[]): CallChanges => {
  let changes: CallChanges = {}
  for (const event of events) {
    if (event.type !== 'log') continue
    const text = event.text.trim()
    if (event.label === 'topic' && text !== '') changes = { ...changes, topic: text.slice(0, 200) }
    if (event.label === 'outcome' && isOutcome(text))
      changes = changesAfter(changes, { outcome: text })
  }
  return changes
}
