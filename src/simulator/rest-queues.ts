import type { Carrier } from './carrier.ts'
import type { CallQueue, QueueMember } from './queues.ts'
import { memberJson, page, queueJson } from './rest-answers.ts'
import {
  type AddRoute,
  type Ask,
  countOf,
  fault,
  fieldOf,
  found,
  made,
  methodIn,
  notFound,
} from './rest-outcome.ts'

const mostMembers = 5000

/** Source: Twilio's OpenAPI description, queues and their members. */
export const queueRoutes = (carrier: Carrier, route: AddRoute): void => {
  const { queues, clock } = carrier
  const queueOf = ({ parts }: Ask): CallQueue | undefined =>
    queues.find(parts['queue'] ?? parts['sid'] ?? '')
  const memberOf = (queue: CallQueue | undefined, key = ''): QueueMember | undefined =>
    key === 'Front' ? queue?.members[0] : queue?.members.find(({ callSid }) => callSid === key)

  route('GET', '/Queues', ({ url }) =>
    found(
      page(
        'queues',
        queues.list().map((queue) => queueJson(carrier, queue)),
        url,
      ),
    ),
  )
  route('POST', '/Queues', ({ form }) => {
    const name = fieldOf(form, 'FriendlyName')
    if (name === null || name.length > 64) return fault(400, 22000, 'FriendlyName is not valid')
    if (queues.find(name)) return fault(400, 22003, `There is a queue named ${name} already`)
    const queue = queues.open(name, clock.now(), countOf(form, 'MaxSize', 1000, mostMembers))
    return made(queueJson(carrier, queue))
  })
  route('GET', '/Queues/:sid', (ask) => {
    const queue = queueOf(ask)
    return queue ? found(queueJson(carrier, queue)) : notFound(ask.path)
  })
  route('POST', '/Queues/:sid', (ask) => {
    const queue = queueOf(ask)
    if (!queue) return notFound(ask.path)
    queue.name = fieldOf(ask.form, 'FriendlyName') ?? queue.name
    queue.maxSize = countOf(ask.form, 'MaxSize', queue.maxSize, mostMembers)
    return found(queueJson(carrier, queue))
  })
  route('DELETE', '/Queues/:sid', (ask) => {
    const queue = queueOf(ask)
    if (!queue) return notFound(ask.path)
    if (queue.members.length > 0) return fault(400, 22002, 'The queue is not empty')
    queues.remove(queue)
    return { kind: 'deleted' }
  })
  route('GET', '/Queues/:queue/Members', (ask) => {
    const queue = queueOf(ask)
    if (!queue) return notFound(ask.path)
    const items = queue.members.map((member) => memberJson(carrier, queue, member))
    return found(page('queue_members', items, ask.url))
  })
  route('GET', '/Queues/:queue/Members/:sid', (ask) => {
    const queue = queueOf(ask)
    const member = memberOf(queue, ask.parts['sid'])
    return queue && member ? found(memberJson(carrier, queue, member)) : notFound(ask.path)
  })
  route('POST', '/Queues/:queue/Members/:sid', (ask) => {
    const queue = queueOf(ask)
    const member = memberOf(queue, ask.parts['sid'])
    const call = member && carrier.call(member.callSid)
    if (!queue || !member || !call) return notFound(ask.path)
    const url = fieldOf(ask.form, 'Url')
    if (url === null || !URL.canParse(url)) return fault(400, 21205, `Url is not valid: ${url}`)
    const shown = memberJson(carrier, queue, member)
    queues.leave(queue, member, clock.now())
    call.interrupt({ kind: 'redirected', url, method: methodIn(ask.form, 'Method') })
    return found(shown)
  })
}
