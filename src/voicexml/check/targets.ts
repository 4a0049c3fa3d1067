import type { XmlElement } from '../element.ts'
import { type Destination, destinationOf } from './destination.ts'
import type { Report } from './findings.ts'
import { isHandler } from './handlers.ts'
import { dialogAt, type Outline } from './outline.ts'
import { transitionsOf } from './references.ts'
import type { Subject } from './subject.ts'
import { attributePlace, descendants, elementsOf, type Visit } from './walk.ts'

/** Form items: what a form's variables and `nextitem` can name. */
const formItems = new Set('block field initial object record subdialog transfer'.split(' '))

/** Attributes that name a file to be there, not a place to go to. */
const fileAttributes: ReadonlyMap<string, readonly string[]> = new Map([
  ['grammar', ['src']],
  ['script', ['src']],
  ['data', ['src']],
])

/** Whether what a document points at is there: documents, dialogs, items, files, and its own root. */
export const checkTargets = (outline: Outline, subject: Subject, report: Report): void => {
  checkRoot(outline, subject, report)
  checkDialogIds(outline, report)
  const active = activeDocuments(outline, subject)
  for (const visit of descendants(outline.root)) {
    const { element } = visit
    for (const from of isInherited(visit) ? active : [outline]) {
      const dead = deadTarget(element, from, subject)
      if (dead === null) continue
      const where = from === outline ? '' : ` in ${from.path}`
      report(dead.place, 'dead-target', `"${dead.written}"${where}: ${dead.fault}`)
      break
    }
    for (const name of fileAttributes.get(element.name) ?? [])
      checkFile(element, name, outline, subject, report)
    if (element.name === 'form') checkItemNames(element, report)
    if (element.name === 'goto') checkNextItem(visit, report)
    if (element.name === 'filled') checkNamelist(visit, report)
  }
}

/**
 * In a handler that a document inherits, addresses are relative to that document, not to the root in which
 * they stand (VoiceXML 2.0 section 5.2).
 */
const isInherited = ({ element, around }: Visit): boolean =>
  (element.name === 'goto' || element.name === 'submit') &&
  around[1] !== undefined &&
  isHandler(around[1])

const activeDocuments = (outline: Outline, subject: Subject): readonly Outline[] => {
  const leaves = (subject.leaves.get(outline.path) ?? []).filter((one) => one !== outline)
  return leaves.length === 0 || outline.dialogs.length > 0 ? [outline, ...leaves] : leaves
}

const deadTarget = (element: XmlElement, from: Outline, subject: Subject) => {
  for (const { address, written, place } of transitionsOf(element, from, subject.reading)) {
    const fault = deadness(address, subject)
    if (fault !== null) return { place, written, fault }
  }
  return null
}

const deadness = (address: Destination, subject: Subject): string | null => {
  if (address.kind === 'elsewhere') return null
  if (address.kind === 'outside') return 'the address leaves the flow folder'
  const { document, dialog } = address
  const target = subject.outlines.get(document)
  // A file that is there and is no sound XML has its own finding.
  if (target === undefined)
    return subject.files.has(document) ? null : `there is no document ${document}`
  if (target.root.name !== 'vxml' || dialogAt(target, dialog) !== null) return null
  return dialog === null
    ? `${document} has no dialog`
    : `${document} has no dialog with the id ${dialog}`
}

const checkRoot = ({ root, path, base }: Outline, subject: Subject, report: Report): void => {
  const written = root.attributes['application']
  if (written === undefined) return
  const wrong = (message: string) => {
    report(attributePlace(root, 'application'), 'bad-root-document', message)
  }
  const address = destinationOf(written, { path, base })
  if (address.kind === 'elsewhere') return
  if (address.kind === 'inside' && address.document === path) return
  if (address.kind === 'outside') {
    wrong('the address leaves the flow folder')
    return
  }
  const document = subject.documents.get(address.document)
  if (document === undefined) {
    if (!subject.files.has(address.document)) wrong(`there is no document ${address.document}`)
  } else if ('application' in document.attributes)
    wrong(`${address.document} has a root document itself`)
}

const checkDialogIds = ({ dialogs }: Outline, report: Report): void => {
  reportTwice(
    dialogs.map(({ element }) => element),
    'id',
    'dialog',
    report,
  )
}

const checkItemNames = (form: XmlElement, report: Report): void => {
  reportTwice(
    elementsOf(form).filter(({ name }) => formItems.has(name) || name === 'var'),
    'name',
    'form item or variable',
    report,
  )
}

const reportTwice = (
  elements: readonly XmlElement[],
  attribute: string,
  what: string,
  report: Report,
): void => {
  const seen = new Set<string>()
  for (const element of elements) {
    const name = element.attributes[attribute]
    if (name === undefined) continue
    if (seen.has(name))
      report(
        attributePlace(element, attribute),
        'duplicate-name',
        `another ${what} is called ${name} already`,
      )
    seen.add(name)
  }
}

const checkFile = (
  element: XmlElement,
  name: string,
  outline: Outline,
  subject: Subject,
  report: Report,
): void => {
  const written = element.attributes[name]
  if (written === undefined) return
  const address = destinationOf(written, outline)
  const fault =
    address.kind === 'outside'
      ? 'the address leaves the flow folder'
      : address.kind === 'inside' && !subject.files.has(address.document)
        ? `there is no file ${address.document}`
        : null
  if (fault !== null) report(attributePlace(element, name), 'dead-target', `"${written}": ${fault}`)
}

/** The form around a piece of content; null in handlers of the document, which run in any form. */
const formAround = ({ around }: Visit): XmlElement | null =>
  around.find(({ name }) => name === 'form') ?? null

const checkNextItem = (visit: Visit, report: Report): void => {
  const { element } = visit
  const item = element.attributes['nextitem']
  const form = formAround(visit)
  if (item === undefined) return
  if (form === null && !visit.around.some(({ name }) => name === 'menu')) return
  const names = form === null ? [] : elementsOf(form).filter(({ name }) => formItems.has(name))
  if (!names.some(({ attributes }) => attributes['name'] === item))
    report(attributePlace(element, 'nextitem'), 'dead-item', `the form has no item ${item}`)
}

const inputItems = new Set('field object record subdialog transfer initial'.split(' '))

const checkNamelist = (visit: Visit, report: Report): void => {
  const { element } = visit
  const form = formAround(visit)
  const listed = element.attributes['namelist']
  if (listed === undefined || form === null) return
  for (const name of listed.split(/\s+/).filter((word) => word !== '')) {
    const found = elementsOf(form).some(
      (item) => inputItems.has(item.name) && item.attributes['name'] === name,
    )
    if (!found)
      report(attributePlace(element, 'namelist'), 'dead-item', `the form has no input item ${name}`)
  }
}
