import type { Fetched } from '../../voicexml/fetch-request.ts'
import { valueFrom } from '../../voicexml/json-values.ts'
import type { FlowEvent, Json } from '../../voicexml/turn.ts'
import { literal } from '../../voicexml/variables.ts'
import type { SettledTurn } from '../settle.ts'

/** One thing that a turn did, for whoever follows the call. */
export type TraceStep = {
  readonly kind: FlowEvent['type'] | 'asked' | 'fetched' | 'variable' | 'waits'
  readonly text: string
}

/** What a turn did up to where it waits, in order; what it fetched comes last. */
export const stepsIn = (
  { events, asked }: SettledTurn,
  fetched: readonly Fetched[],
  mask: (text: string) => string,
): readonly TraceStep[] => {
  const show = (json: Json): string => literal(valueFrom(json), mask)
  const askedAfter = (count: number) =>
    asked
      .filter(({ after }) => after === count)
      .map(({ name, params, answer }): TraceStep => {
        const said =
          answer.kind === 'object-result'
            ? show(answer.result)
            : answer.kind === 'object-error'
              ? `${answer.event} ${mask(answer.message)}`
              : answer.kind
        return { kind: 'asked', text: `${name} ${show(params)} → ${said}` }
      })
  return [
    ...askedAfter(0),
    ...events.flatMap((event, at): readonly TraceStep[] => [
      { kind: event.type, text: mask(eventText(event)) },
      ...askedAfter(at + 1),
    ]),
    ...fetched.map(({ request, answer }): TraceStep => {
      const came = answer.kind === 'text' ? `${answer.text.length} characters` : answer.event
      return { kind: 'fetched', text: mask(`${request.url} → ${came}`) }
    }),
  ]
}

const eventText = (event: FlowEvent): string => {
  switch (event.type) {
    case 'dialog':
      return `${event.document}#${event.dialog}`
    case 'input': {
      const place = event.item === '' ? event.dialog : `${event.dialog}/${event.item}`
      const keys = event.outcome === 'noinput' ? '' : ` ${event.digits ?? '•••'}`
      return `${place}${keys} ${event.outcome}`
    }
    case 'event':
      return `${event.name} in ${event.dialog}${event.message === '' ? '' : `: ${event.message}`}`
    case 'log':
      return `${event.label} ${event.text.trim()}`.trim()
    default: {
      const { type: _type, dialog, item, ...facts } = event
      return `${dialog}/${item} ${Object.values(facts).join(' ')}`
    }
  }
}

/** Where a turn stopped, and what is listened for. */
export const waitText = (wait: SettledTurn['wait']): string => {
  if (wait.kind === 'end') return `end: ${wait.how}`
  if (wait.kind !== 'input')
    return 'position' in wait ? `${wait.position}, ${wait.kind}` : wait.kind
  const { position, maxDigits, termChar, timeoutMs } = wait
  const most = maxDigits === null ? 'keys' : `up to ${maxDigits} keys`
  const keys = maxDigits === 1 ? '1 key' : termChar === null ? most : `${most}, ${termChar} ends`
  return `${position}, ${keys}, ${timeoutMs / 1000} s`
}
