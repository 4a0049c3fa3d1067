import type { Run, Surroundings } from './flow.ts'
import { contextOf, raise } from './run.ts'

/** What holds where no document says otherwise (VoiceXML 2.0 section 6.3). */
export const propertyDefaults: Readonly<Record<string, string>> = {
  timeout: '5s',
  interdigittimeout: '5s',
  termtimeout: '0s',
  termchar: '#',
  bargein: 'true',
  inputmodes: 'dtmf voice',
  'hotline.secret': 'false',
}

const isTime = (value: string): boolean => milliseconds(value) !== null
const isFlag = (value: string): boolean => value === 'true' || value === 'false'

/** What the properties that count here may be. */
const fits: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['timeout', isTime],
  ['interdigittimeout', isTime],
  ['termtimeout', isTime],
  ['termchar', (value) => /^[0-9*#A-D]?$/.test(value)],
  ['bargein', isFlag],
  ['inputmodes', (value) => /^\s*(dtmf|voice)(\s+(dtmf|voice))*\s*$/.test(value)],
  ['hotline.secret', isFlag],
])

/** The first property whose value it cannot have, in words; null: there is none. */
export const misfitOf = (properties: ReadonlyMap<string, string>): string | null => {
  for (const [name, value] of properties) {
    if (fits.get(name)?.(value) === false) return `property ${name} cannot be "${value}"`
  }
  return null
}

/** What is in force where the run stands, nearest first: form item, dialog, document, root. */
export const surroundings = (run: Run): readonly Surroundings[] => {
  const { at, dialog, document, root } = contextOf(run)
  const outer = root === document ? [document] : [document, root]
  if (at === 'document') return outer
  const item = at === 'dialog' ? undefined : dialog.items[at]
  return item === undefined ? [dialog, ...outer] : [item, dialog, ...outer]
}

/** The value of a property, or its default; unknown properties are empty. */
export const property = (run: Run, name: string): string => {
  const { at, dialog, document, root } = contextOf(run)
  const item = typeof at === 'number' ? dialog.items[at] : undefined
  return (
    item?.properties.get(name) ??
    (at === 'document' ? undefined : dialog.properties.get(name)) ??
    document.properties.get(name) ??
    root.properties.get(name) ??
    propertyDefaults[name] ??
    ''
  )
}

/** A property that is a time, in milliseconds; `error.semantic` when it is none. */
export const timeProperty = (run: Run, name: string): number => {
  const value = property(run, name)
  return milliseconds(value) ?? raise('error.semantic', `property ${name} is no time: ${value}`)
}

export const flag = (run: Run, name: string): boolean => property(run, name) === 'true'

/** A CSS2 time such as `5s`, `.5s` or `200ms` in whole milliseconds; null when the text is none. */
export const milliseconds = (text: string): number | null => {
  const found = /^\+?(\d+\.?\d*|\.\d+)(ms|s)$/.exec(text.trim())
  if (found === null) return null
  return Math.round(Number(found[1]) * (found[2] === 's' ? 1000 : 1))
}
