import { parseApplicationNumber, spokenThrees } from '../application-number.ts'
import { parseNumber, spokenGroups } from '../e164.ts'
import { english } from './en.ts'
import { type Manner, parseManner } from './manner.ts'
import type { Pieces } from './pieces.ts'
import { russian } from './ru.ts'
import { type Noun, nouns, type Speaker } from './speaker.ts'
import { tatar } from './tt.ts'
import { tatarPieces } from './tt-pieces.ts'
import {
  parseClock,
  parseDay,
  parseDecimal,
  parseMoment,
  parseMoney,
  parseWhole,
} from './values.ts'

const speakers: ReadonlyMap<string, Speaker> = new Map([
  ['ru', russian],
  ['en', english],
  ['tt', tatar],
])

const primary = (language: string): string => language.split('-', 1)[0]?.toLowerCase() ?? ''

/**
 * What `sayAs` is put together from in a language that is spoken by recordings; null where a voice reads
 * it out. Every text that `sayAs` gives in the language consists of these pieces.
 */
export const piecesOf = (language: string): Pieces | null =>
  primary(language) === 'tt' ? tatarPieces : null

type Kind = (speaker: Speaker, text: string, manner: Manner) => string | null

const truth: Kind = (speaker, text) =>
  text === 'true' || text === 'false' ? speaker.truth(text === 'true') : null

const number: Kind = (speaker, text, manner) => {
  const value = parseDecimal(text)
  return value === null ? null : speaker.number(value, manner)
}

const ordinal: Kind = (speaker, text, manner) => {
  const value = parseWhole(text)
  return value === null ? null : speaker.ordinal(value, manner)
}

const keys =
  (separator: string): Kind =>
  (speaker, text, manner) =>
    /^[\d*#]{1,40}$/.test(text) ? speaker.keys(text, separator, manner) : null

const telephone: Kind = (speaker, text, manner) => {
  const parsed = parseNumber(text)
  if (parsed !== null) {
    const { groups, plus } = spokenGroups(parsed, manner.international)
    return speaker.telephone(groups, plus)
  }
  const digits = text.replace(/[\s()-]/g, '')
  return /^\d{1,6}$/.test(digits) ? speaker.telephone([digits], false) : null
}

const applicationNumber: Kind = (speaker, text) => {
  const parsed = parseApplicationNumber(text)
  if (parsed === null) return null
  const { year, threes } = spokenThrees(parsed)
  return speaker.applicationNumber(year, threes)
}

const date: Kind = (speaker, text, manner) => {
  const day = parseDay(text)
  return day === null ? null : speaker.date(day, manner)
}

const time: Kind = (speaker, text, manner) => {
  const clock = parseClock(text)
  return clock === null ? null : speaker.time(clock, manner)
}

const dateTime: Kind = (speaker, text, manner) => {
  const moment = parseMoment(text)
  return moment === null ? null : speaker.dateTime(moment, manner)
}

const window: Kind = (speaker, text, manner) => {
  const [first = '', second = '', ...rest] = text.split('/')
  if (rest.length > 0) return null
  const from = parseMoment(first)
  const to = parseMoment(second)
  if (from !== null && to !== null) return speaker.window(from, to, manner)
  const opens = parseClock(first)
  const closes = parseClock(second)
  return opens === null || closes === null ? null : speaker.hours(opens, closes)
}

const duration: Kind = (speaker, text, manner) => {
  const value = parseDecimal(text)
  if (value === null || value.negative || value.whole > 31_536_000) return null
  return speaker.duration(Number(`${value.whole}.${value.fraction || 0}`), manner)
}

const currency: Kind = (speaker, text, manner) => {
  const money = parseMoney(text)
  return money === null ? null : speaker.money(money, manner)
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['boolean', truth],
  ['number', number],
  ['cardinal', number],
  ['ordinal', ordinal],
  ['digits', keys(' ')],
  ['code', keys(', ')],
  ['telephone', telephone],
  ['phone', telephone],
  ['application-number', applicationNumber],
  ['date', date],
  ['time', time],
  ['date-time', dateTime],
  ['window', window],
  ['duration', duration],
  ['currency', currency],
])

const countPrefix = 'count:'

const named = (name: string): Noun | undefined =>
  nouns.find((noun) => noun === name) ??
  [...speakers.values()]
    .map((speaker) => speaker.nounNamed(name))
    .find((noun) => noun !== undefined)

const count =
  (noun: Noun): Kind =>
  (speaker, text, manner) => {
    const value = parseWhole(text)
    return value === null ? null : speaker.count(value, noun, manner)
  }

const kindOf = (interpretAs: string): Kind | undefined => {
  if (!interpretAs.startsWith(countPrefix)) return kinds.get(interpretAs.replace(/^vxml:/, ''))
  const noun = named(interpretAs.slice(countPrefix.length).trim())
  return noun === undefined ? undefined : count(noun)
}

/**
 * Words for a value, as `<say-as>` asks for them. Null where the text is not a value of the kind, or the
 * kind or the language is not known: the text is then spoken as it stands. Never throws.
 *
 * @param language BCP 47; only the language itself counts, not the region
 * @param interpretAs a kind such as `date`, `count:minute`; the builtin types of VoiceXML 2.1 appendix P
 *   (`vxml:date`) are the same kinds
 * @param format words between spaces that say how: `feminine genitive`, `weekday year`, `about`;
 *   unknown ones change nothing
 */
export const sayAs = (
  language: string,
  interpretAs: string,
  format: string,
  text: string,
): string | null => {
  const speaker = speakers.get(primary(language))
  const kind = kindOf(interpretAs)
  if (speaker === undefined || kind === undefined) return null
  return kind(speaker, text.trim(), parseManner(format).manner)
}

/** What is wrong with the attributes of a `<say-as>`, for the author of the document; null when nothing is. */
export const sayAsFault = (interpretAs: string, format: string): string | null => {
  if (kindOf(interpretAs) === undefined) return `unknown interpret-as "${interpretAs}"`
  const [word] = parseManner(format).unknown
  return word === undefined ? null : `unknown word "${word}" in format`
}
