import type { Place, XmlElement } from '../element.ts'
import { baseIn, destinationOf } from './destination.ts'
import { descendants, elementsOf } from './walk.ts'

/** A form or menu with its address. */
export type Dialog = {
  readonly document: string
  /** The `id`, or null: only the first dialog of a document can be reached without one. */
  readonly id: string | null
  readonly element: XmlElement
}

/** A document as the checks see it. */
export type Outline = {
  readonly path: string
  /** What its addresses are relative to. */
  readonly base: string
  readonly root: XmlElement
  readonly dialogs: readonly Dialog[]
  /** Handlers, links, variables, scripts and properties of the document itself. */
  readonly shared: readonly XmlElement[]
  /** Path of the application root document; null = none, or not in this folder. */
  readonly application: string | null
}

export const outlineOf = (path: string, root: XmlElement): Outline => {
  const elements = elementsOf(root)
  const isDialog = ({ name }: XmlElement) => name === 'form' || name === 'menu'
  const base = baseIn(root, path)
  const address = root.attributes['application']
  const application = address === undefined ? null : destinationOf(address, { path, base })
  return {
    path,
    base,
    root,
    dialogs: elements
      .filter(isDialog)
      .map((element) => ({ document: path, id: element.attributes['id'] ?? null, element })),
    shared: elements.filter((element) => !isDialog(element)),
    application: application?.kind === 'inside' ? application.document : null,
  }
}

/** The dialog an address names; null when there is none. */
export const dialogAt = (outline: Outline, id: string | null): Dialog | null =>
  (id === null ? outline.dialogs[0] : outline.dialogs.find((dialog) => dialog.id === id)) ?? null

/** Where something matters in a dialog: what a root document holds is told at the dialog itself. */
export const placeIn = (element: XmlElement, dialog: Dialog): Place =>
  [...descendants(dialog.element)].some((visit) => visit.element === element)
    ? element.place
    : dialog.element.place

/** How people find a dialog again: `hotline/main.vxml#menu`. */
export const nameOf = ({ document, id }: Dialog): string =>
  id === null ? document : `${document}#${id}`
