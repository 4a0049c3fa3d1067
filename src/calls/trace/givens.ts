import type { Fetched } from '../../voicexml/fetch-request.ts'
import type { Input, Json } from '../../voicexml/turn.ts'
import type { PlatformContext } from '../platform/platform-function.ts'
import { platformFunctions } from '../platform.ts'
import type { Asked } from '../settle.ts'

/** A question to the platform, with what the turn knew that asked it. */
export type Question = Asked & { readonly context: PlatformContext }

/**
 * The `given` lines that a golden conversation needs, so that the platform answers there as it did in this
 * call. What follows from line, caller and time needs none; cases, callbacks and notices have words of
 * their own; for all else the answers themselves are prescribed, one after another.
 *
 * @param at the time that the conversation will play at
 */
export const givenLines = (
  questions: readonly Question[],
  at: Temporal.Instant,
): readonly string[] =>
  [...Map.groupBy(questions, ({ name }) => name)].flatMap(
    ([name, asked]) =>
      wordsFor[name]?.(asked, at) ?? followed(asked, at) ?? prescribed(name, asked),
  )

/** What came from outside, in the order it was fetched. */
export const fetchLines = (fetched: readonly Fetched[]): readonly string[] =>
  fetched.map(({ request, answer }) => {
    const { kind, ...came } = answer
    const told = kind === 'text' ? { text: answer.text } : came
    return `given fetch ${request.url} ${JSON.stringify(told)}`
  })

type Words = (asked: readonly Question[], at: Temporal.Instant) => readonly string[] | null

/** Nothing, where the function gives the same answers by itself; null where it does not. */
const followed: Words = (asked, at) => {
  const isFollowed = ({ name, params, context, language, answer }: Question): boolean => {
    const platform = platformFunctions.get(name)
    if (platform === undefined || platform.writes) return false
    return same(
      platform.answer(params, { ...context, language, notices: [], now: at }).answer,
      answer,
    )
  }
  return asked.every(isFollowed) ? [] : null
}

const prescribed = (name: string, asked: readonly Question[]): readonly string[] =>
  asked.flatMap(({ answer }) => {
    if (answer.kind === 'object-result') {
      return [`given answer ${name} ${JSON.stringify(answer.result)}`]
    }
    if (answer.kind !== 'object-error') return []
    return [`given fault ${name} ${answer.event} "${answer.message.replaceAll('"', "'")}"`]
  })

/** As in `test/support/memory-effects.ts`, where these questions are answered without a database. */
const triesBeforeLock = 3
const firstTicket = 100_001

/** Applications by their number and the code that opened them. */
const caseWords: Words = (asked) => {
  const lines = new Map<string, string>()
  let failures = 0
  for (const { params, answer } of asked) {
    const found = resultOf(answer)
    if (found === null) return null
    const pair = `${params['number']} ${params['code']}`
    if (found['status'] === 'found' && failures < triesBeforeLock) {
      const line = caseLine(String(params['number']), String(params['code']), found)
      if (line === null) return null
      lines.set(pair, line)
    } else {
      const expected = failures < triesBeforeLock ? 'refused' : 'locked'
      if (found['status'] !== expected) return null
      if (expected === 'refused') failures += 1
    }
  }
  // Registered one after another before the call, they get the numbers from 000001 on.
  const numbers = [...lines.values()].map((line) => line.split(' ')[2])
  const inOrder = numbers.toSorted().every((number, at) => number?.endsWith(sixDigits(at + 1)))
  return inOrder && new Set(numbers).size === numbers.length ? [...lines.values()].toSorted() : null
}

const sixDigits = (number: number): string => String(number).padStart(6, '0')

const caseLine = (
  number: string,
  code: string,
  { state, reason, expectedOn }: { readonly [key: string]: Json },
): string | null => {
  if (!/^\d{10}$/.test(number) || !/^\d+$/.test(code) || typeof state !== 'string') return null
  const said = typeof reason === 'string' ? reason : ''
  if (said.includes('"')) return null
  return [
    `given case ${number} code ${code} state ${state}`,
    ...(said === '' ? [] : [`reason "${said}"`]),
    ...(typeof expectedOn === 'string' ? [`expected ${expectedOn}`] : []),
  ].join(' ')
}

/** Callbacks that were asked for earlier; those of this call are made again in the same order. */
const callbackWords: Words = (asked) => {
  const lines: string[] = []
  const tickets = new Map<string, string>()
  for (const { params, context, answer } of asked) {
    const found = resultOf(answer)
    const phone = String(params['phone'] ?? '') || context.from
    const ticket = String(found?.['ticket'] ?? '')
    const status = found?.['status']
    if (!/^\+\d+$/.test(phone)) return null
    if (tickets.has(phone)) {
      if (status !== 'exists' || tickets.get(phone) !== ticket) return null
    } else if (status === 'accepted') {
      if (ticket !== String(firstTicket + tickets.size)) return null
    } else if (status === 'exists' && tickets.size === 0) {
      lines.push(`given callback ${phone} ticket ${ticket}`)
    } else return null
    tickets.set(phone, ticket)
  }
  return lines
}

/** Incidents in force, by the language in which they were heard. */
const noticeWords: Words = (asked) => {
  const lines = new Set<string>()
  for (const { answer } of asked) {
    const heard = resultOf(answer)?.['notices']
    if (!Array.isArray(heard)) return null
    for (const one of heard) {
      const { language, text, recording } = one as Readonly<Record<string, Json>>
      if (recording !== '' || typeof text !== 'string' || text.includes('"')) return null
      lines.add(`given notice ${String(language)} text "${text}"`)
    }
  }
  return [...lines]
}

const wordsFor: Readonly<Record<string, Words>> = {
  'application-status': caseWords,
  'callback-request': callbackWords,
  notice: noticeWords,
}

const resultOf = (answer: Input): { readonly [key: string]: Json } | null => {
  if (answer.kind !== 'object-result') return null
  const { result } = answer
  return typeof result === 'object' && result !== null && !Array.isArray(result)
    ? (result as { readonly [key: string]: Json })
    : null
}

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
