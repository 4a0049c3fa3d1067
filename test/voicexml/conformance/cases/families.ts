import type { Cases } from '../../support/case.ts'
import { content } from './content.ts'
import { documents } from './documents.ts'
import { events } from './events.ts'
import { faults } from './faults.ts'
import { forms } from './forms.ts'
import { grammars } from './grammars.ts'
import { menus } from './menus.ts'
import { scopes } from './scopes.ts'

/** What the specification asks for, by what it is about. */
export const families: Readonly<Record<string, Cases>> = {
  content,
  documents,
  events,
  faults,
  forms,
  grammars,
  menus,
  scopes,
}
