import type { CallView, Me, PersonView } from '../../../src/web/caller/protocol.ts'
import type { Author, ChannelView, Happening, Rights } from '../../../src/web/channel/protocol.ts'

/** So many seconds before or after now, as the server writes it: in the zone of the line. */
export const at = (seconds: number, now = Date.now()): string =>
  `${new Date(now + seconds * 1000 + 3 * 3_600_000).toISOString().slice(0, 23)}+03:00`

export const uuid = (last: number) => `0197f3a2-0000-7000-8000-${String(last).padStart(12, '0')}`

export const channelId = uuid(1)

export const maria: Extract<Me, { kind: 'caller' }> = {
  kind: 'caller',
  phone: '+79991234567',
  name: 'Мария Соколова',
  language: 'ru-RU',
  isProfileShown: true,
  isChatShared: true,
}

export const guest: Me = {
  kind: 'guest',
  name: 'Пётр',
  caller: 'Мария Соколова',
  channel: channelId,
}

export const caller: Author = { kind: 'caller', name: 'Мария Соколова' }
export const anna: Author = { kind: 'operator', id: 'anna', name: 'Анна Петрова' }
export const peter: Author = { kind: 'trusted', id: uuid(51), name: 'Пётр' }

export const doctors = { number: '+78005550303', name: 'Медицинские советы', isIntegrated: true }

export const liveCall = (more: Partial<CallView> = {}): CallView => ({
  channel: channelId,
  line: doctors,
  startedAt: at(-245),
  endedAt: null,
  outcome: 'in-progress',
  operator: 'Анна Петрова',
  isChatOpen: true,
  unread: 0,
  ...more,
})

export const earlierCalls: readonly CallView[] = [
  liveCall({
    channel: uuid(2),
    startedAt: '2026-11-19T10:12:00.000+03:00',
    endedAt: '2026-11-19T10:21:40.000+03:00',
    outcome: 'operator',
    operator: null,
    isChatOpen: false,
    unread: 1,
  }),
  liveCall({
    channel: null,
    line: { number: '+78005557373', name: 'Горячая линия', isIntegrated: false },
    startedAt: '2026-11-12T16:40:00.000+03:00',
    endedAt: '2026-11-12T16:42:05.000+03:00',
    outcome: 'self-served',
    operator: null,
    isChatOpen: false,
  }),
]

export const people: readonly PersonView[] = [
  {
    id: uuid(51),
    phone: '+79990000051',
    name: 'Пётр',
    state: 'confirmed',
    isToldOfCalls: true,
    isToldPlace: true,
    mayRead: true,
    mayWrite: false,
  },
  {
    id: uuid(52),
    phone: '+79990000052',
    name: 'Зоя',
    state: 'invited',
    isToldOfCalls: true,
    isToldPlace: false,
    mayRead: false,
    mayWrite: false,
  },
]

export const view = (more: Partial<ChannelView> = {}): ChannelView => ({
  id: channelId,
  line: 'Медицинские советы',
  startedAt: at(-245),
  endedAt: null,
  isChatOpen: true,
  operator: anna,
  caller: { phone: maria.phone, name: maria.name },
  location: null,
  ...more,
})

export const rights = (more: Partial<Rights> = {}): Rights => ({
  read: true,
  write: true,
  location: true,
  lead: false,
  locate: true,
  whyNot: null,
  ...more,
})

export const closedRights = rights({ write: false, whyNot: 'chat-closed' })
export const overRights = rights({ write: false, locate: false, whyNot: 'call-over' })

export const message = (last: number, author: Author, text: string): Happening => ({
  type: 'message',
  id: uuid(last),
  author,
  text,
})

export const photo = (last: number, author: Author): Happening => ({
  type: 'photo',
  id: uuid(last),
  author,
  photo: { photoId: uuid(last), width: 1200, height: 900 },
})

/** The beginning of a talk with a doctor. */
export const talk: readonly Happening[] = [
  { type: 'operator', operator: anna },
  { type: 'chat', isOpen: true },
  message(101, anna, 'Здравствуйте, Мария. Покажите, пожалуйста, сыпь при дневном свете.'),
  message(102, caller, 'Добрый день. Сейчас сниму. Появилась вчера вечером, температура 37,4.'),
  photo(103, caller),
  { type: 'mark', by: anna, delivered: 5, seen: 4 },
]
