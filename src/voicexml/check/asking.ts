import type { XmlElement, XmlNode } from '../element.ts'
import { ANYTHING, type ReadVariable } from './abstract-values.ts'
import type { Speech, Work } from './exploring.ts'
import type { Item } from './items.ts'
import { saidBy } from './spoken.ts'
import { readIn, type State } from './state.ts'
import type { Said } from './stations.ts'
import { elementsOf } from './walk.ts'

/** An item says its prompts: for certain those of the first time, others perhaps. */
export const ask = (state: State, item: Item, work: Work): State => {
  const { said, spoken } = speechOf(item, work) ?? speechIn(item, readIn(state, work.frame), work)
  if (said === 0) return state
  return {
    ...state,
    said: Math.max(said, state.said) as Said,
    spoken: state.spoken.length === 0 ? spoken : [...state.spoken, ...spoken],
  }
}

/** What an item always says; null: it hangs on conditions. */
const speechOf = (item: Item, work: Work): Speech | null => {
  const known = work.speech.get(item)
  if (known !== undefined) return known
  const hangs = elementsOf(item.element).some((one) => isPrompt(one) && 'cond' in one.attributes)
  const found = hangs ? null : speechIn(item, () => ANYTHING, work)
  work.speech.set(item, found)
  return found
}

const speechIn = ({ element }: Item, read: ReadVariable, { frame }: Work): Speech => {
  let said: Said = 0
  const spoken: XmlNode[] = []
  const say = (node: XmlNode, heard: Said, isFirst: boolean) => {
    const now = isFirst ? heard : heard > 0 ? 1 : 0
    if (now > said) said = now
    if (now > 0 && isFirst) spoken.push(node)
  }
  for (const one of elementsOf(element))
    if (isPrompt(one))
      say(one, saidBy(one, read, frame.subject), Number(one.attributes['count'] ?? 1) <= 1)
  for (const child of element.children)
    if (child.kind === 'text' && child.text.trim() !== '') say(child, 2, true)
  return { said, spoken }
}

const prompts = new Set(['prompt', 'audio', 'value', 'enumerate'])

const isPrompt = ({ name }: XmlElement): boolean => prompts.has(name)
