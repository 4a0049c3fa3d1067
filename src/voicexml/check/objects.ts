import type { XmlElement } from '../element.ts'
import type { Report } from './findings.ts'
import type { Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { attributePlace, childrenNamed, descendants } from './walk.ts'

const scheme = 'builtin:hotline/'

/** The functions of the platform and what they take. */
const parameters: ReadonlyMap<string, readonly string[]> = new Map([
  ['enqueue', ['queue', 'topic', 'priority', 'language', 'tier', 'business']],
  [
    'callback-request',
    [
      ...['phone', 'queue', 'topic', 'from', 'to', 'schedule', 'language'],
      ...['priority', 'tier', 'business'],
    ],
  ],
  ['callback-open', ['phone']],
  ['callback-cancel', ['phone']],
  ['callback-answer', ['wish']],
  ['callback-windows', ['schedule', 'day']],
  ['phone-number', ['phone']],
  ['application-status', ['number', 'code']],
  ['hours', ['schedule']],
  ['notice', ['otherwise']],
  ['business', ['inn', 'ogrn']],
  ['language', ['language']],
  ['survey', ['score']],
])

/** Functions after which somebody has the caller's question: on the line or by calling back. */
const reachesSomebody = new Set(['enqueue', 'callback-request'])

/** The platform function an object calls; null: none of ours. */
export const functionOf = ({ attributes }: XmlElement): string | null => {
  const classid = attributes['classid']
  return classid?.startsWith(scheme) ? classid.slice(scheme.length) : null
}

/** Whether an element hands the caller to a person or promises a call back. */
export const leadsToPerson = (element: XmlElement): boolean =>
  element.name === 'transfer' ||
  (element.name === 'object' && reachesSomebody.has(functionOf(element) ?? ''))

/** Whether platform functions exist, and their parameters, queues and schedules with them. */
export const checkObjects = (outline: Outline, subject: Subject, report: Report): void => {
  for (const { element } of descendants(outline.root)) {
    if (element.name !== 'object') continue
    const known = parameters.get(functionOf(element) ?? '')
    if (known === undefined)
      report(
        attributePlace(element, 'classid'),
        'unknown-classid',
        `${element.attributes['classid'] ?? 'an object without classid'} is no function of the platform`,
      )
    else
      for (const param of childrenNamed(element, 'param')) checkParam(param, known, subject, report)
  }
}

const checkParam = (
  param: XmlElement,
  known: readonly string[],
  subject: Subject,
  report: Report,
): void => {
  const { name, value, expr } = param.attributes
  if (name !== undefined && !known.includes(name)) {
    const message = `the function takes no ${name}, only ${known.join(', ') || 'nothing'}`
    report(attributePlace(param, 'name'), 'unknown-param', message)
  }
  if (name !== 'queue' && name !== 'schedule') return
  const names = name === 'queue' ? subject.queues : subject.schedules
  const texts = value !== undefined ? [value] : exactTexts(expr, subject)
  for (const text of texts)
    if (text !== '' && !names.has(text))
      report(param.place, `unknown-${name}`, `there is no ${name} "${text}"`)
}

const exactTexts = (source: string | undefined, subject: Subject): string[] =>
  source === undefined
    ? []
    : (subject.reading.expression(source)?.texts ?? [])
        .filter(({ exact }) => exact)
        .map(({ prefix }) => prefix)
