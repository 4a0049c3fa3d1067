import type { XmlElement } from '../element.ts'
import { contentWays } from './content-ways.ts'
import { lead, type Work } from './exploring.ts'
import { happen } from './happening.ts'
import type { Place } from './items.ts'
import type { Leaving } from './leavings.ts'
import { visit } from './selecting.ts'
import { faulty, type State } from './state.ts'
import type { Cause, Station } from './stations.ts'

/** Executes content; where it comes to its end, `on` goes on. */
export const perform = (
  work: Work,
  self: Station,
  cause: Cause,
  state: State,
  content: XmlElement,
  at: Place,
  on: (after: State) => void,
): void => {
  work.visited.add(content)
  const { left, on: after } = contentWays(content, state, work.frame)
  for (const one of left)
    if (one.leaving.kind === 'event')
      happen(work, self, cause, one.state, one.leaving.name, at, one.element)
    else leave(work, self, cause, one.state, one.leaving, at, one.element)
  for (const one of after) on(one)
}

/** Content, a link or a choice leads away from where it stands. */
export const leave = (
  work: Work,
  self: Station,
  cause: Cause,
  state: State,
  leaving: Exclude<Leaving, { kind: 'event' }>,
  at: Place,
  element: XmlElement,
): void => {
  const { anyDialogOf, entryOf, outline } = work.surroundings
  switch (leaving.kind) {
    case 'dialog':
      for (const dialog of leaving.dialogs) lead(work, self, cause, entryOf(dialog), state, element)
      return
    case 'unknown':
      lead(work, self, cause, anyDialogOf(outline), state, element)
      return
    case 'item': {
      const item = work.frame.items[leaving.index]
      // In a handler `<goto nextitem>` prompts only after `<reprompt>`.
      if (item !== undefined) visit(work, self, cause, state, item, inHandler(state), element)
      return
    }
    case 'outside':
      happen(work, self, cause, faulty(state, element), 'error.badfetch', at, element)
      lead(work, self, cause, { kind: 'end', how: 'outside', element, event: null }, state, element)
      return
    case 'exit':
    case 'disconnect':
      lead(
        work,
        self,
        cause,
        { kind: 'end', how: leaving.kind, element, event: null },
        state,
        element,
      )
      return
    case 'return':
      lead(
        work,
        self,
        cause,
        { kind: 'end', how: 'return', element, event: leaving.event },
        state,
        element,
      )
  }
}

const inHandler = ({ throwing, reprompt }: State): boolean => throwing > 0 && !reprompt
