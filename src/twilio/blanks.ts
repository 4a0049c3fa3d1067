import { randomUUID } from 'node:crypto'

/** Identifiers as ours are. */
const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Nobody else's words begin like this. */
const prefix = randomUUID().slice(0, 24)
const blank = new RegExp(`${prefix}(\\d{12})`)

/** Stands for an identifier, and is one itself: whatever carries those unchanged carries this. */
const blankOf = (index: number): string => prefix + String(index).padStart(12, '0')

/** A text with blanks in the place of its identifiers; those that are alike have one blank together. */
export const blankIds = (
  text: string,
): { readonly text: string; readonly ids: readonly string[] } => {
  const ids: string[] = []
  const blanked = text.replace(id, (found) => {
    const known = ids.indexOf(found)
    return blankOf(known < 0 ? ids.push(found) - 1 : known)
  })
  return { text: blanked, ids }
}

/** Fills in the blanks of a text, again and again. */
export type Template = (ids: readonly string[]) => string

export const template = (text: string): Template => {
  // Words and the numbers of the blanks between them, in turn.
  const [first = '', ...rest] = text.split(blank)
  return (ids) => {
    let filled = first
    for (let at = 0; at < rest.length; at += 2) filled += `${ids[Number(rest[at])]}${rest[at + 1]}`
    return filled
  }
}

/**
 * Renders once what differs from call to call in identifiers alone. Only for documents that hold them as they
 * are given.
 *
 * @param render depends on the data, which is what JSON can tell, and on nothing else
 * @param capacity documents remembered at most, at least 1; what was rendered first goes first
 */
export const rememberByIds = <Data>(
  render: (data: Data) => string,
  capacity: number,
): ((data: Data) => string) => {
  const remembered = new Map<string, Template>()
  return (data) => {
    const { text, ids } = blankIds(JSON.stringify(data))
    let fill = remembered.get(text)
    if (fill === undefined) {
      fill = template(render(JSON.parse(text)))
      remembered.set(text, fill)
      const [oldest] = remembered.size > capacity ? remembered.keys() : []
      if (oldest !== undefined) remembered.delete(oldest)
    }
    return fill(ids)
  }
}
