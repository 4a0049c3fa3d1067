import type { ClientMessage, RefusalCode, ServerMessage } from '../../web/channel/protocol.ts'
import { type Channel, nothingKnown, receive, sequenceOf } from '../channel/known-channel.ts'
import { keepSocket } from '../channel/lasting-socket.ts'
import { newId } from '../channel/new-id.ts'
import { createStore, type Watched } from '../channel/store.ts'
import type { Unsent } from './kept.ts'
import { createLocator, type Locator, type Position } from './locator.ts'
import type { Outbox } from './outbox.ts'
import { createPhotoSender, type PhotoSender } from './photo-sender.ts'
import { createReading, type Reading } from './reading.ts'

export type ChannelLink = Watched<Channel> & {
  readonly id: string
  readonly progress: PhotoSender['progress']
  /** Where the person is said to be, as long as the server has not confirmed it; undefined = nothing to say. */
  readonly position: Watched<Position | null | undefined>
  readonly look: Reading['look']
  readonly locator: Locator
  /** Takes back a photo on its way, or anything unsent. */
  readonly discard: (id: string) => void
  readonly close: () => void
}

export type LinkOptions = {
  readonly id: string
  readonly outbox: Outbox
  readonly onLost: (isOver: boolean) => void
}

/** No answer to what was sent for so long: the connection leads nowhere. */
const unansweredMilliseconds = 10_000
const againMilliseconds = 2000

/** As many as the server takes at once without finding it too fast, by far. */
const mostUnderWay = 20

/** Refusals that pass by themselves. */
const isPassing = (code: RefusalCode) => code === 'too-fast' || code === 'unavailable'

/** The connection to one channel: sends what is unsent there, in its order, whenever that is possible. */
export function openChannelLink({ id, outbox, onLost }: LinkOptions): ChannelLink {
  const store = createStore<Channel>(nothingKnown)
  const position = createStore<Position | null | undefined>(undefined)
  /** Sent on this connection. */
  const underWay = new Set<string>()
  let positionId = ''
  let unanswered: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const photos = createPhotoSender(outbox, (photo, outcome) => {
    // One that is through is here when its event is.
    if (outcome !== 'done') underWay.delete(photo)
    expectAnswer()
    if (outcome === 'cut') retrySoon()
    else push()
  })
  const reading = createReading(store.current, (delivered, seen) =>
    socket.send({ type: 'mark', delivered, seen } satisfies ClientMessage),
  )

  const socket = keepSocket({
    path: '/caller/channel/socket',
    onState(connection) {
      underWay.clear()
      clearTimeout(unanswered)
      reading.begin()
      store.set({ ...store.current(), connection, isCurrent: false })
      if (connection === 'refused') refuseAll()
      if (connection === 'online') {
        send({ type: 'hello', of: { channel: id }, after: sequenceOf(store.current()) || null })
      }
    },
    onMessage: (message) => hear(message as ServerMessage),
    onLost,
  })

  /** @param sentId what is on its way with it */
  function send(message: ClientMessage, sentId?: string): void {
    if (!socket.send(message) || sentId === undefined) return
    underWay.add(sentId)
    expectAnswer()
  }

  /** There is no such channel for this person: what waits for it will never be sent. */
  function refuseAll(): void {
    for (const item of outbox.current()) {
      if (item.channel === id && item.refused === null)
        outbox.change(item.id, { refused: 'not-allowed' })
    }
  }

  /** Of what was sent, something has to come back in time. */
  function expectAnswer(): void {
    clearTimeout(unanswered)
    if ([...underWay].some((sent) => sent !== photos.current()))
      unanswered = setTimeout(socket.drop, unansweredMilliseconds)
  }

  function hear(message: ServerMessage): void {
    if (message.type === 'done' || message.type === 'refused') {
      answered(message.id, message.type === 'refused' ? message.code : null)
      return
    }
    const next = receive(store.current(), message)
    if (next === 'gap') {
      socket.drop()
      return
    }
    const before = store.current()
    store.set(next)
    followOn(before)
    if (message.type === 'events') {
      for (const event of message.events) {
        if (event.type === 'message' || event.type === 'photo') arrived(event.id)
      }
    }
    push()
    reading.notice()
  }

  function answered(answeredId: string, code: RefusalCode | null): void {
    const isPosition = answeredId === positionId
    // A message is through when its event is here, and not before.
    if (isPosition || code !== null) underWay.delete(answeredId)
    expectAnswer()
    if (code !== null && isPassing(code)) retrySoon()
    else if (isPosition) position.set(undefined)
    else if (code !== null) outbox.change(answeredId, { refused: code })
  }

  function arrived(arrivedId: string): void {
    underWay.delete(arrivedId)
    expectAnswer()
    photos.arrived(arrivedId)
    outbox.remove(arrivedId)
  }

  function retrySoon(): void {
    clearTimeout(again)
    again = setTimeout(push, againMilliseconds * (0.5 + Math.random()))
  }

  /** Sends what waits, once what has happened is known: some of it may have arrived before. */
  function push(): void {
    const { connection, isCurrent, rights, events } = store.current()
    if (closed || connection !== 'online' || !isCurrent) return
    sayPosition()
    const waiting = outbox.current().filter((item) => item.channel === id)
    for (const item of waiting) {
      if (underWay.size >= mostUnderWay) return
      if (events.some((event) => 'id' in event && event.id === item.id)) arrived(item.id)
      else if (rights?.write && item.refused === null && !underWay.has(item.id)) start(item)
    }
  }

  function start(item: Unsent): void {
    if (item.kind === 'message') {
      send({ type: 'message', id: item.id, text: item.text }, item.id)
    } else if (photos.current() === null) {
      underWay.add(item.id)
      photos.start(item)
    }
  }

  function sayPosition(): void {
    const wanted = position.current()
    if (wanted === undefined || underWay.has(positionId)) return
    positionId = newId()
    send({ type: 'location', id: positionId, location: wanted }, positionId)
  }

  const locator = createLocator((wanted) => {
    underWay.delete(positionId)
    position.set(wanted)
    push()
  })

  /** Follows again what was followed before the page was loaded anew, and nothing after the call. */
  function followOn(before: Channel): void {
    const { view, rights } = store.current()
    if (rights?.locate === false) locator.rest()
    else if (before.view === null && view?.location?.isFollowed && rights?.locate) {
      if (locator.state.current() === 'idle') locator.share(true)
    }
  }

  const stopWatching = outbox.watch(push)
  return {
    id,
    current: store.current,
    watch: store.watch,
    progress: photos.progress,
    position,
    look: reading.look,
    locator,
    discard(unsent) {
      photos.cancel(unsent)
      outbox.remove(unsent)
    },
    close() {
      closed = true
      stopWatching()
      locator.rest()
      reading.close()
      photos.close()
      for (const timer of [unanswered, again]) clearTimeout(timer)
      socket.close()
    },
  }
}
