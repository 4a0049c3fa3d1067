import type { OperatorView, QueueView, Snapshot } from '../../web/operator/protocol.ts'

/** Whom a call can be handed to. */
export type Target =
  | {
      readonly kind: 'operator'
      readonly key: string
      readonly name: string
      readonly operator: OperatorView
    }
  | {
      readonly kind: 'queue'
      readonly key: string
      readonly name: string
      readonly queue: QueueView
    }

const free = (operator: OperatorView): number => (operator.presence === 'available' ? 0 : 1)

const most = 50

/**
 * Operators who could take the call, the free ones first, then queues; those in which every word of the
 * text begins a word of the name, login, skills or queue.
 *
 * @param nameOf a skill or queue in words
 */
export function find(
  { operators, queues, me }: Pick<Snapshot, 'operators' | 'queues' | 'me'>,
  text: string,
  nameOf: (name: string) => string,
): readonly Target[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (...said: readonly string[]): boolean => {
    const parts = said
      .join(' ')
      .toLowerCase()
      .split(/[\s/·.,:-]+/)
    return words.every((word) => parts.some((part) => part.startsWith(word)))
  }
  const people = operators
    .filter(({ login, presence }) => login !== me.login && presence !== 'offline')
    .filter(({ name, login, skills }) => fits(name, login, ...skills, ...skills.map(nameOf)))
    .toSorted((one, other) => free(one) - free(other) || one.name.localeCompare(other.name))
    .map(
      (operator): Target => ({
        kind: 'operator',
        key: `operator ${operator.login}`,
        name: operator.name,
        operator,
      }),
    )
  const lines = queues
    .filter(({ name }) => fits(name, nameOf(name)))
    .map(
      (queue): Target => ({
        kind: 'queue',
        key: `queue ${queue.name}`,
        name: nameOf(queue.name),
        queue,
      }),
    )
  return [...people.slice(0, most), ...lines]
}
