import type { XmlElement } from '../element.ts'
import type { ReadVariable } from './abstract-values.ts'
import { conditionOf } from './condition.ts'
import type { Said } from './stations.ts'
import type { Subject } from './subject.ts'

const heard = new Set(['prompt', 'audio', 'value', 'enumerate'])

/** Whether an element of content is there to be heard. */
export const isSpoken = ({ name }: XmlElement): boolean => heard.has(name)

const mute = new Set(['break', 'mark', 'metadata', 'lexicon', 'desc'])

/** Whether anything comes out of an element. A pause is no word. */
export const saidBy = (element: XmlElement, read: ReadVariable, subject: Subject): Said => {
  const { cond } = element.attributes
  const condition = cond === undefined ? null : conditionOf(cond, subject.reading)
  const verdict = cond === undefined ? true : (condition?.decide(read) ?? null)
  if (verdict === false) return 0
  const said = soundsOf(element)
  return verdict === null && said > 0 ? 1 : said
}

const known = new WeakMap<XmlElement, Said>()

const soundsOf = (element: XmlElement): Said => {
  const before = known.get(element)
  if (before !== undefined) return before
  const said = listen(element)
  known.set(element, said)
  return said
}

const listen = (element: XmlElement): Said => {
  if (mute.has(element.name)) return 0
  if (element.name === 'audio' || element.name === 'value' || element.name === 'enumerate') return 2
  let most: Said = 0
  for (const child of element.children) {
    const said = child.kind === 'element' ? soundsOf(child) : child.text.trim() === '' ? 0 : 2
    if (said > most) most = said
  }
  return element.name === 'foreach' && most > 0 ? 1 : most
}
