import type { XmlElement } from '../element.ts'
import type { Report } from './findings.ts'
import { type AttributeKind, type ElementRule, schema } from './schema.ts'
import { attributePlace, elementsOf, ownText } from './walk.ts'

/** Holds one document to the schema of the profile: names, nesting, attributes and the form of their values. */
export const checkStructure = (root: XmlElement, report: Report): void => {
  const told = known.get(root) ?? faultsIn(root)
  known.set(root, told)
  for (const fault of told) report(...fault)
}

/** The compiler asks, and the checker after it. */
const known = new WeakMap<XmlElement, readonly Parameters<Report>[]>()

const faultsIn = (root: XmlElement): readonly Parameters<Report>[] => {
  const faults: Parameters<Report>[] = []
  checkDocument(root, (...fault) => faults.push(fault))
  return faults
}

const checkDocument = (root: XmlElement, report: Report): void => {
  if (root.name !== 'vxml') {
    report(root.place, 'unknown-element', `a document begins with <vxml>, not <${root.name}>`)
    return
  }
  checkElement(root, null, report)
}

const checkElement = (element: XmlElement, parent: XmlElement | null, report: Report): void => {
  const rule = schema.get(element.name)
  if (rule === undefined) {
    report(element.place, 'unknown-element', `<${element.name}> is no element of the profile`)
    return
  }
  if (rule.unsupported)
    report(element.place, 'unsupported-element', `<${element.name}> is not supported here`)
  checkAttributes(element, rule, report)
  if (parent !== null && parent.name !== 'form')
    for (const name of ofFormsAlone.get(element.name) ?? [])
      if (name in element.attributes)
        report(
          attributePlace(element, name),
          'attribute-conflict',
          `${name} belongs to a <${element.name}> of a form, not of <${parent.name}>`,
        )
  if (rule.children === null) return
  checkContent(element, rule, report)
  if (element.name === 'if') checkBranches(element, report)
  for (const child of elementsOf(element)) {
    if (schema.has(child.name) && !rule.children.has(child.name))
      report(
        child.place,
        'misplaced-element',
        `<${child.name}> does not belong in <${element.name}>`,
      )
    checkElement(child, element, report)
  }
}

/** Attributes that an element may have only where it stands in a form itself. */
const ofFormsAlone: ReadonlyMap<string, readonly string[]> = new Map([
  ['filled', ['mode', 'namelist']],
  ['grammar', ['scope']],
])

const checkContent = (element: XmlElement, rule: ElementRule, report: Report): void => {
  if (!rule.text)
    for (const child of element.children)
      if (child.kind === 'text' && child.text.trim() !== '')
        report(child.place, 'misplaced-text', `text does not belong in <${element.name}>`)
  const { attributes } = element
  if (element.name === 'script' && !('src' in attributes || 'srcexpr' in attributes))
    if (ownText(element).trim() === '')
      report(element.place, 'missing-content', '<script> has neither src, srcexpr nor a text')
  if (element.name === 'menu' && !elementsOf(element).some(({ name }) => name === 'choice'))
    report(element.place, 'missing-content', '<menu> has no <choice>')
}

const checkBranches = (element: XmlElement, report: Report): void => {
  let closed = false
  for (const child of elementsOf(element)) {
    if (child.name !== 'else' && child.name !== 'elseif') continue
    if (closed) report(child.place, 'misplaced-element', `<${child.name}> stands after <else>`)
    if (child.name === 'else') closed = true
  }
}

const checkAttributes = (element: XmlElement, rule: ElementRule, report: Report): void => {
  const { attributes } = element
  for (const name of Object.keys(attributes)) {
    const value = attributes[name] ?? ''
    const kind = rule.attributes.get(name)
    // Attributes of other vocabularies, such as xsi:schemaLocation, mean nothing here and do no harm.
    if (kind === undefined && name.includes(':') && !name.startsWith('xml:')) continue
    const place = attributePlace(element, name)
    if (kind === undefined)
      report(place, 'unknown-attribute', `<${element.name}> has no attribute ${name}`)
    else {
      const fault = valueFault(kind, value)
      if (fault !== null) report(place, 'attribute-value', `${name}="${value}": ${fault}`)
    }
  }
  for (const name of rule.required)
    if (!(name in attributes))
      report(element.place, 'missing-attribute', `<${element.name}> needs the attribute ${name}`)
  for (const group of rule.exactlyOne) {
    const present = group.filter((name) => name in attributes)
    if (present.length === 0)
      report(
        element.place,
        'missing-attribute',
        `<${element.name}> needs one of the attributes ${group.join(', ')}`,
      )
    else reportConflict(element, present, report)
  }
  for (const group of rule.atMostOne)
    reportConflict(
      element,
      group.filter((name) => name in attributes),
      report,
    )
}

const reportConflict = (element: XmlElement, present: readonly string[], report: Report): void => {
  const second = present[1]
  if (second !== undefined)
    report(
      attributePlace(element, second),
      'attribute-conflict',
      `<${element.name}> takes only one of ${present.join(', ')}`,
    )
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u
const reserved = new Set(
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with'.split(
    ' ',
  ),
)

const isVariable = (text: string): boolean => identifier.test(text) && !reserved.has(text)

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

const valueFault = (kind: AttributeKind, value: string): string | null => {
  if (typeof kind !== 'string')
    return kind.includes(value) ? null : `one of ${kind.join(', ')} belongs here`
  switch (kind) {
    case 'name':
      return isVariable(value) ? null : 'this is no name of a variable'
    case 'names':
      return words(value).every((word) => word.split('.').every(isVariable))
        ? null
        : 'these are no names of variables'
    case 'events':
      return words(value).length > 0 &&
        words(value).every((word) => /^[\w-]+(\.[\w-]+)*\.?$/.test(word))
        ? null
        : 'these are no names of events'
    case 'time':
      return /^\+?(\d+\.?\d*|\.\d+)(s|ms)$/.test(value)
        ? null
        : 'a duration such as 5s or 200ms belongs here'
    case 'count':
      return /^[1-9]\d{0,8}$/.test(value) ? null : 'a whole number from 1 belongs here'
    case 'whole':
      return /^\d{1,9}$/.test(value) ? null : 'a whole number belongs here'
    case 'keys':
      return /^[\d*#\s]*[\d*#][\d*#\s]*$/.test(value) ? null : 'keys 0-9, * and # belong here'
    case 'id':
      return /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(value) ? null : 'this is no XML name'
    case 'uri':
      return value.trim() !== '' && !/[\s<>"{}|\\^`]/.test(value) ? null : 'this is no address'
    case 'expr':
      return value.trim() !== '' ? null : 'an expression belongs here'
    case 'text':
      return null
  }
}
