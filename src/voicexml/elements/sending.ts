import { wordsIn } from '../compiler.ts'
import type { XmlElement } from '../element.ts'
import type { Value } from '../expressions/value.ts'
import type { Run } from '../flow.ts'
import { contextOf } from '../run.ts'
import { entriesOf, type Sending } from '../submission.ts'
import { namedValues } from './variables.ts'

/**
 * What `namelist`, `method` and `enctype` send. Names keep the qualification they are written with.
 *
 * @param unnamed what goes without a `namelist`: the named input items of the dialog, or nothing
 */
export const compileSending = (
  element: XmlElement,
  unnamed: 'items' | 'nothing',
): ((run: Run) => Sending) => {
  const { namelist, method, enctype } = element.attributes
  const names = wordsIn(namelist)
  const how = {
    method: method?.trim().toLowerCase() === 'post' ? 'post' : 'get',
    enctype:
      enctype?.trim().toLowerCase() === 'multipart/form-data'
        ? 'multipart/form-data'
        : 'application/x-www-form-urlencoded',
  } as const
  return (run) => {
    const values: (readonly [string, Value])[] =
      namelist === undefined && unnamed === 'items'
        ? inputItems(run)
        : names.map((name) => [name, [...namedValues([name], run).values()][0]])
    return { ...how, entries: entriesOf(run, new Map(values)) }
  }
}

const inputItems = (run: Run): [string, Value][] => {
  const { dialog, dialogScope } = contextOf(run)
  return dialog.items
    .filter(({ kind, named }) => kind === 'input' && named)
    .map(({ name }) => [name, dialogScope[name]])
}
