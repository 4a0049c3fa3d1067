import fc from 'fast-check'
import t from 'tap'
import { contribute } from '../../src/channel/contribute.ts'
import type { Content } from '../../src/channel/event.ts'
import { isAdmitted } from '../../src/channel/facts.ts'
import { createChannelHints } from '../../src/channel/hints.ts'
import { mark } from '../../src/channel/mark.ts'
import { keyOf, type Participant } from '../../src/channel/participant.ts'
import { type Rights, rightsOf } from '../../src/channel/rights.ts'
import { createChannelDisclosures } from '../../src/db/channel-disclosures.ts'
import { createChannelReads } from '../../src/db/channel-reads.ts'
import { createChannelWatchers } from '../../src/db/channel-watchers.ts'
import { createChannelWrites } from '../../src/db/channel-writes.ts'
import { createChannelLife } from '../../src/db/channels.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { createChannelHub, type Seat } from '../../src/web/channel/channel-hub.ts'
import type { ChannelEvent, ServerMessage } from '../../src/web/channel/protocol.ts'
import {
  callerPhone,
  endTalks,
  givenCaller,
  givenPerson,
  givenTalk,
  newChannel,
  newId,
  operatorCookie,
} from '../support/channel-scene.ts'
import { testDatabase } from '../support/database.ts'

/*
 * Anything that people may do in a channel and to it, in any order, on two nodes, with pages that come and go
 * at any number; a list of events is the model. Everybody has to be told this list, each number once, and of
 * each event what their rights allow at that moment.
 */

const database = await testDatabase(t)
const others = openDatabase(database.url)
t.teardown(others.close)
for (const login of ['anna', 'boris']) await operatorCookie(database, login)

const nodeOn = (own: Database, id: string) => {
  const node = {
    life: createChannelLife(own, async (transaction, { id: channelId, callSid }) => {
      // Everybody trusted is told, in a fixed order.
      const persons = await transaction
        .selectFrom('trusted_persons')
        .select('id')
        .where('state', '=', 'confirmed')
        .orderBy('name')
        .execute()
      for (const [index, { id: personId }] of persons.entries())
        await transaction
          .insertInto('guest_links')
          .values({
            token_hash: Buffer.from(newId()),
            person_id: personId,
            channel_id: channelId,
            call_sid: callSid,
            made_at: Temporal.Now.instant().add({ seconds: index }),
          })
          .execute()
    }),
    writes: createChannelWrites(own),
    reads: createChannelReads(own),
    // What one node tells reaches the other at once.
    hints: createChannelHints(
      id,
      (told) => tell(told),
      (_ms, work) => {
        const timer = setImmediate(work)
        return () => clearImmediate(timer)
      },
    ),
  }
  const hub = createChannelHub({
    ...node,
    disclosures: createChannelDisclosures(own),
    watchers: createChannelWatchers(own, newId()),
    levels: () => () => {},
    onFault: (cause) => faults.push(cause),
    restMs: 0,
  })
  return { ...node, hub }
}
const faults: unknown[] = []
const tell = (told: string): void => {
  for (const { hints } of nodes) hints.receive(told)
}
const nodes = [nodeOn(database, 'one'), nodeOn(others, 'two')] as const
t.teardown(async () => {
  for (const { hub, hints } of nodes) {
    await hub.close()
    hints.close()
  }
})
const nodeAt = (index: number) => nodes[index % 2] ?? nodes[0]

const names = ['caller', 'anna', 'boris', 'petr', 'vera', 'stranger'] as const
type Name = (typeof names)[number]
type Person = 'petr' | 'vera'

type Client = {
  readonly who: Name
  readonly seat: Seat
  /** Numbers and events since it began anew, and what it said to have had. */
  from: number
  events: ChannelEvent[]
  rights: Rights | null
  isShut: boolean
  readonly messages: ServerMessage[]
}

type Trust = { isTrusted: boolean; isToldPlace: boolean; mayRead: boolean; mayWrite: boolean }
type Told = { readonly type: string; readonly who: string | null; readonly what: unknown }

type Model = {
  readonly callSid: string
  readonly channelId: string
  readonly events: Told[]
  isLive: boolean
  isChatOpen: boolean
  /** Who talks, and who was told to. */
  talker: 'anna' | 'boris' | null
  operator: 'anna' | 'boris' | null
  location: { readonly sequence: number; readonly isFollowed: boolean } | null
  isChatShared: boolean
  readonly trust: Record<Person, Trust>
  readonly ids: Record<Person, string>
  readonly joined: Set<Person>
  readonly removed: Set<Person>
  /** What was said under each identifier: the number it stands at. */
  readonly said: Map<string, number>
  readonly marks: Map<string, { delivered: number; seen: number }>
}
type Real = { step: number; readonly clients: Client[] }
type Step = fc.AsyncCommand<Model, Real>

const participantOf = (who: Name, { ids }: Pick<Model, 'ids'>): Participant => {
  if (who === 'petr' || who === 'vera') return { kind: 'trusted', id: ids[who] }
  if (who === 'anna' || who === 'boris') return { kind: 'operator', login: who }
  return { kind: 'caller', phone: who === 'caller' ? callerPhone : '+79990000000' }
}

/** By the model alone. */
const rightsIn = (model: Model, who: Name): Rights => {
  const trust = who === 'petr' || who === 'vera' ? model.trust[who] : null
  return rightsOf(
    participantOf(who, model),
    {
      isLive: model.isLive,
      isChatOpen: model.isChatOpen,
      phone: callerPhone,
      operator: model.operator,
    },
    trust?.isTrusted ? { ...trust, isChatShared: model.isChatShared } : null,
  )
}

const add = (model: Model, type: string, who: string | null, what: unknown = null): number =>
  model.events.push({ type, who, what })

/** What every write finds out first. */
const catchUp = (model: Model): void => {
  if (!model.isLive) return
  if (model.talker !== model.operator) {
    model.operator = model.talker
    add(model, 'operator', null, model.talker)
  }
  for (const person of ['petr', 'vera'] as const) {
    if (model.trust[person].isTrusted || model.removed.has(person)) continue
    model.removed.add(person)
    add(model, 'trusted', `trusted:${model.ids[person]}`, 'removed')
  }
}

const step = (
  name: string,
  happen: (model: Model, real: Real) => Promise<void>,
  check: (model: Readonly<Model>, real?: Real) => boolean = () => true,
): Step => ({
  check,
  run: async (model, real) => {
    real.step += 1
    await happen(model, real)
    await settle(model, real)
    compare(model, real)
  },
  toString: () => name,
})

/** What somebody says; `again`: with the identifier of something they said before, and other words. */
const contributed =
  (type: string, contentOf: (real: Real) => Content) =>
  (who: Name, isAgain: boolean, isStale: boolean): Step =>
    step(`${type}(${who}${isAgain ? ', again' : ''})`, async (model, real) => {
      const author = participantOf(who, model)
      const mine = [...model.said.keys()].filter((key) => key.startsWith(`${who} `))
      const known = isAgain ? mine[real.step % Math.max(1, mine.length)] : undefined
      const clientId = known?.split(' ')[1] ?? newId()
      const content = contentOf(real)
      const { writes, hints } = nodeAt(real.step)
      const client = real.clients.find((each) => each.who === who && !each.isShut)
      const facts = isStale ? null : (client?.seat.facts() ?? null)
      const { channelId } = model
      const outcome = await contribute(writes, { channelId, author, clientId, content }, facts)
      hints.hint(channelId)
      const standing = model.said.get(`${who} ${clientId}`)
      if (standing !== undefined) {
        const isIn = isAdmitted(rightsIn(model, who))
        same(
          outcome,
          isIn ? { kind: 'done', sequence: standing, isNew: false } : refusal('not-allowed'),
        )
        return
      }
      catchUp(model)
      const rights = rightsIn(model, who)
      const may = {
        message: rights.write,
        photo: rights.write,
        'photo-asked': rights.lead && rights.write,
        chat: rights.lead,
        location: rights.locate,
      }[content.type]
      if (!may) {
        if (outcome.kind !== 'refused') throw new Error(`${who} was let ${type}`)
        return
      }
      const key = keyOf(author)
      const sequence = add(model, content.type, key, whatOf(content))
      model.said.set(`${who} ${clientId}`, sequence)
      if (content.type === 'chat') model.isChatOpen = content.isOpen
      if (content.type === 'location')
        model.location =
          content.location === null ? null : { sequence, isFollowed: content.location.isFollowed }
      same(outcome, { kind: 'done', sequence, isNew: true })
    })

const refusal = (code: string) => ({ kind: 'refused', code })

const whatOf = (content: Content): unknown => {
  if (content.type === 'message') return content.text
  if (content.type === 'chat') return content.isOpen
  return content.type === 'location' ? content.location !== null : null
}

const say = contributed('say', ({ step: number }) => ({
  type: 'message',
  text: `<b>${number}</b> \u202E"${number}`,
}))
const ask = contributed('ask-photo', () => ({ type: 'photo-asked' }))
const open = contributed('open', () => ({ type: 'chat', isOpen: true }))
const shut = contributed('shut', () => ({ type: 'chat', isOpen: false }))
const here = { latitude: 55.75, longitude: 37.62, accuracyMetres: 10 }
const locate = contributed('locate', ({ step: number }) => ({
  type: 'location',
  location: { ...here, isFollowed: number % 2 === 0 },
}))
const hide = contributed('hide', () => ({ type: 'location', location: null }))

const marks = (who: Name, delivered: number, seen: number): Step =>
  step(`mark(${who}, ${delivered}, ${seen})`, async (model, real) => {
    const { channelId, events } = model
    const by = participantOf(who, model)
    const { writes, hints } = nodeAt(real.step)
    const sequence = await mark(writes, channelId, by, { delivered, seen })
    hints.hint(channelId)
    catchUp(model)
    if (!rightsIn(model, who).read) return same(sequence, null)
    const key = keyOf(by)
    const before = model.marks.get(key) ?? { delivered: 0, seen: 0 }
    const nowSeen = Math.max(before.seen, Math.min(seen, events.length))
    const now = {
      seen: nowSeen,
      delivered: Math.max(before.delivered, Math.min(delivered, events.length), nowSeen),
    }
    model.marks.set(key, now)
    const isNews = events.some(
      ({ type, who: author }, index) =>
        type === 'message' &&
        author !== key &&
        ((index >= before.seen && index < now.seen) ||
          (index >= before.delivered && index < now.delivered)),
    )
    same(sequence, isNews && model.isLive ? add(model, 'mark', key, now) : null)
  })

const lookAround = async (model: Model): Promise<void> => {
  for (const changed of await nodes[0].life.catchUp()) nodes[0].hints.hint(changed)
  for (const { hub } of nodes) hub.look()
  catchUp(model)
}

const talk = (talker: Model['talker'], isNoticed: boolean): Step =>
  step(
    `talk(${talker}${isNoticed ? '' : ', unnoticed'})`,
    async (model) => {
      await endTalks(database, model.callSid)
      if (talker !== null) await givenTalk(database, model.callSid, talker)
      model.talker = talker
      if (isNoticed) await lookAround(model)
    },
    ({ isLive }) => isLive,
  )

const trust = (person: Person, change: Partial<Trust>): Step =>
  step(`trust(${person}, ${JSON.stringify(change)})`, async (model) => {
    const now = Object.assign(model.trust[person], change)
    await database.pool.query(
      `update trusted_persons set state = case when $2 then 'confirmed' else 'removed' end,
              is_told_place = $3, may_read = $4, may_write = $5 where id = $1`,
      [model.ids[person], now.isTrusted, now.isToldPlace, now.mayRead, now.mayWrite],
    )
    await lookAround(model)
  })

const share = (isChatShared: boolean): Step =>
  step(`share(${isChatShared})`, async (model) => {
    await givenCaller(database, callerPhone, { isChatShared })
    model.isChatShared = isChatShared
    await lookAround(model)
  })

/** A page comes, with whatever number it says to have. */
const come = (who: Name, cursor: 'none' | 'some' | 'last' | 'future' | 'garbage'): Step =>
  step(`come(${who}, ${cursor})`, async (model, real) => {
    const last = model.events.length
    const after: unknown = {
      none: null,
      some: real.step % (last + 1),
      last,
      future: last + 1,
      garbage: real.step % 2 === 0 ? -1 : { toString: 1 },
    }[cursor]
    const client: Client = {
      who,
      seat: null as never,
      from: typeof after === 'number' && after >= 0 && after <= last ? after : 0,
      events: [],
      rights: null,
      isShut: false,
      messages: [],
    }
    const participant = participantOf(who, model)
    const seat = nodeAt(real.step).hub.join({
      viewer: { participant, timeZone: 'Europe/Moscow', lineName: () => null },
      outbox: { send: (message) => hear(client, message), isBehind: () => false },
      of: { channel: model.channelId },
      cursor: after,
      onShut: () => {
        client.isShut = true
      },
    })
    Object.assign(client, { seat })
    real.clients.push(client)
    await seat.ready
    if (!isAdmitted(rightsIn(model, who))) return
    if ((who === 'petr' || who === 'vera') && model.isLive && !model.joined.has(who)) {
      catchUp(model)
      model.joined.add(who)
      add(model, 'trusted', `trusted:${model.ids[who]}`, 'joined')
    }
    if (cursor === 'future' || cursor === 'garbage') {
      await until(() => client.messages.length > 0, 'no word')
      same(client.messages[0]?.type, 'resync')
    }
  })

const go = (index: number): Step =>
  step(`go(${index})`, async (_model, real) => {
    const [client] = real.clients.splice(index % Math.max(1, real.clients.length), 1)
    client?.seat.leave()
  })

const over: Step = step('over', async (model) => {
  const closed = await nodes[1].life.close(model.callSid)
  if (closed !== null) nodes[1].hints.hint(closed)
  if (!model.isLive) return same(closed, null)
  catchUp(model)
  if (model.operator !== null) add(model, 'operator', null, null)
  if (model.location?.isFollowed) {
    add(model, 'location', 'caller', false)
    model.location = null
  }
  add(model, 'over', null)
  Object.assign(model, { isLive: false, operator: null })
})

const hear = (client: Client, message: ServerMessage): void => {
  client.messages.push(message)
  if (message.type === 'resync') Object.assign(client, { from: 0, events: [] })
  if (message.type === 'events') client.events.push(...message.events)
  if (message.type === 'rights' || message.type === 'channel') client.rights = message.rights
}

/** Milliseconds after which something is not late but lost. */
const patience = 60_000

const until = async (is: () => boolean, what: string): Promise<void> => {
  const deadline = performance.now() + patience
  while (!is()) {
    if (performance.now() > deadline) throw new Error(what)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Waits until everybody has been told all that there is. */
const settle = async (model: Model, real: Real): Promise<void> => {
  const isSettled = (client: Client) => {
    const rights = rightsIn(model, client.who)
    if (!isAdmitted(rights)) return client.isShut
    return (
      JSON.stringify(client.rights) === JSON.stringify(rights) &&
      client.from + client.events.length >= model.events.length
    )
  }
  await until(
    () => real.clients.every(isSettled),
    `not told: ${JSON.stringify(real.clients.filter((each) => !isSettled(each)).map((each) => [each.who, each.events.length, each.rights]))} of ${model.events.length}`,
  )
  for (const client of real.clients.filter(({ isShut }) => isShut)) client.seat.leave()
}

const compare = (model: Model, real: Real): void => {
  if (faults.length > 0) throw new Error('A node failed', { cause: faults[0] })
  for (const { who, events, from, isShut } of real.clients) {
    if (isShut) continue
    const rights = rightsIn(model, who)
    same(
      events.map(({ sequence }) => sequence),
      model.events.slice(from).map((_, index) => from + index + 1),
    )
    for (const event of events) {
      const wanted = model.events[event.sequence - 1]
      if (wanted === undefined) throw new Error('An event that nobody wrote')
      const { type } = wanted
      const isVisible =
        type === 'location'
          ? rights.location
          : rights.read || ['operator', 'trusted', 'over'].includes(type)
      if (!isVisible) {
        same(event.type, 'hidden')
        continue
      }
      // Of a location that was replaced only its number is left; who was there before has seen it.
      if (type === 'location' && event.type === 'hidden') {
        if (wanted.what !== true || event.sequence === model.location?.sequence)
          throw new Error(`A location was hidden from ${who}`)
        continue
      }
      same([event.type, whatIn(event)], [type, wanted.what])
    }
  }
  real.clients.splice(0, real.clients.length, ...real.clients.filter(({ isShut }) => !isShut))
}

const whatIn = (event: ChannelEvent): unknown => {
  switch (event.type) {
    case 'message':
      return event.text
    case 'chat':
      return event.isOpen
    case 'operator':
      return event.operator?.name ?? null
    case 'trusted':
      return event.is
    case 'mark':
      return { seen: event.seen, delivered: event.delivered }
    case 'location':
      return event.location !== null
    default:
      return null
  }
}

const same = (found: unknown, wanted: unknown): void => {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (one !== other) throw new Error(`Found ${one}, the model says ${other}`)
}

const who = fc.constantFrom(...names)
const person = fc.constantFrom('petr', 'vera')
const saying = (make: ReturnType<typeof contributed>, ...by: readonly Name[]) =>
  fc
    .tuple(by.length === 0 ? who : fc.constantFrom(...by), fc.nat({ max: 3 }), fc.boolean())
    .map(([name, again, isStale]) => make(name, again === 0, isStale))

const oneOf = fc.boolean
const settings = fc.oneof(
  ...[4, 4, 4, 1].map((weight, index) => ({
    weight,
    arbitrary: [
      fc.record({ isToldPlace: oneOf() }),
      fc.record({ mayRead: oneOf() }),
      fc.record({ mayWrite: oneOf() }),
      fc.record({ isTrusted: fc.constant(false) }),
    ][index] as fc.Arbitrary<Partial<Trust>>,
  })),
)

const commands = fc.commands(
  [
    saying(open, 'anna', 'boris', 'caller'),
    saying(say),
    saying(say, 'caller', 'anna', 'petr', 'vera'),
    saying(shut, 'anna', 'vera'),
    saying(ask),
    saying(locate, 'caller', 'caller', 'vera'),
    saying(hide, 'caller'),
    fc
      .tuple(who, fc.nat({ max: 40 }), fc.nat({ max: 40 }))
      .map(([name, delivered, seen]) => marks(name, delivered, seen)),
    fc
      .tuple(who, fc.constantFrom('none', 'some', 'some', 'last', 'future', 'garbage'))
      .map(([name, cursor]) => come(name, cursor)),
    fc.nat({ max: 8 }).map(go),
    fc
      .tuple(fc.constantFrom('anna', 'anna', 'boris', null), fc.boolean())
      .map(([name, isNoticed]) => talk(name, isNoticed)),
    fc.tuple(person, settings).map(([name, change]) => trust(name, change)),
    fc.tuple(person, settings).map(([name, change]) => trust(name, change)),
    fc.tuple(oneOf(), oneOf()).map(([one, other]) => share(one || other)),
    fc.nat({ max: 9 }).map((chance) => (chance === 0 ? over : say('caller', false, true))),
  ],
  { maxCommands: 50, size: 'max' },
)

/** Everybody is there and the chat is open. */
const usual: readonly Step[] = [
  come('caller', 'none'),
  come('petr', 'none'),
  come('anna', 'none'),
  come('vera', 'none'),
  open('anna', false, true),
]

const begin = async (): Promise<{ model: Model; real: Real }> => {
  await database.pool.query('delete from trusted_persons; delete from channels; delete from talks')
  await givenCaller(database)
  const ids = {
    petr: await givenPerson(database, 'Пётр'),
    vera: await givenPerson(database, 'Яна'),
  }
  const { callSid, ...call } = newChannel()
  await givenTalk(database, callSid, 'anna')
  const opened = await nodes[0].life.open({ callSid, ...call })
  if (opened.kind !== 'opened') throw new Error(opened.kind)
  const allowed = { isTrusted: true, isToldPlace: true, mayRead: true, mayWrite: true }
  const model: Model = {
    ...{ callSid, channelId: opened.channelId, ids, events: [] },
    ...{ isLive: true, isChatOpen: false, talker: 'anna', operator: null, location: null },
    isChatShared: true,
    trust: { petr: { ...allowed }, vera: { ...allowed } },
    ...{ joined: new Set(), removed: new Set(), said: new Map(), marks: new Map() },
  }
  catchUp(model)
  for (const name of ['petr', 'vera'] as const)
    add(model, 'trusted', `trusted:${ids[name]}`, 'invited')
  return { model, real: { step: 0, clients: [] } }
}

t.test(
  'whatever happens, all are told the same, once, in order, as far as they may know',
  async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (steps) => {
        const { model, real } = await begin()
        try {
          for (const first of usual) await first.run(model, real)
          await fc.asyncModelRun(() => ({ model, real }), steps)
        } finally {
          for (const { seat } of real.clients) seat.leave()
        }
      }),
      { numRuns: 30 },
    )
  },
)
