import fc from 'fast-check'

/** The part of JSON Schema that bodies of routes are described in. */
type Schema = {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly minProperties?: number
}

/** Texts of which some fit whatever is asked for, and all are worth trying. */
const texts = [
  ...['ru-RU', 'en-GB', 'anna', 'client:anna', '+79161234567', '+78005557373', 'sip:a@b.example'],
  ...['2026-11-21', '2026-11-21T22:00:00+03:00', '0001-01-01', '9999-12-31T23:59:59Z', '1', '500'],
  ...['Жёлтый-автобус-7', '123456', 'x'.repeat(22), 'Паспорт', "'; drop table calls; --", '%_\\'],
  ...[
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '\u202e',
    '👩‍👩‍👧',
    'a',
    'ё',
    '\u00a0',
    '-',
    '0',
  ],
  ...['CA00000000000000000000000000000000', '00000000-0000-0000-0000-000000000000', '{{7*7}}'],
]

const text = ({ pattern, minLength = 0, maxLength = 5000 }: Schema): fc.Arbitrary<string> => {
  const isFit = (value: string) =>
    value.length >= minLength &&
    value.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(value))
  const known = [...texts, 'b'.repeat(Math.min(maxLength, 5000))].filter(isFit)
  const free = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 40) })
  // A pattern that hardly any text fits is not searched for.
  const isFree = fc.sample(free, 40).filter(isFit).length > 20
  if (known.length === 0 && !isFree) throw new Error(`No text is known that fits ${pattern}`)
  if (!isFree) return fc.constantFrom(...known)
  return fc.oneof(
    fc.constantFrom(...known, ...fc.sample(free.filter(isFit), 1)),
    free.filter(isFit),
  )
}

/** Values that a schema takes; `fewest` = only what it requires. */
export const validOf = (schema: Schema, fewest = false): fc.Arbitrary<unknown> => {
  const { properties, patternProperties, required = [], items } = schema
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((each) => validOf(each, fewest)))
  if (schema.type === 'string') return text(schema)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'null') return fc.constant(null)
  if (schema.type === 'array')
    return fc.array(validOf(items ?? {}, fewest), { minLength: schema.minItems ?? 0, maxLength: 4 })
  if (patternProperties !== undefined) {
    const [[pattern, value] = ['', {}]] = Object.entries(patternProperties)
    return fc.dictionary(text({ pattern }), validOf(value, fewest), { maxKeys: 3 })
  }
  if (schema.type === 'object' && properties !== undefined) {
    const names = Object.keys(properties)
    const asked = schema.minProperties === undefined ? [...required] : names.slice(0, 1)
    const model = Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => !fewest || asked.includes(name))
        .map(([name, each]) => [name, validOf(each, fewest)]),
    )
    return fc.record(model, { requiredKeys: asked.filter((name) => name in model) })
  }
  return fc.jsonValue()
}

/** Values that are no answer to anything, each in the place of a member. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    [],
    {},
    [[[]]],
    '\u0000',
    'x'.repeat(6000),
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

/** What is nearly of a schema: a member is missing, strange, or one too many. */
export const nearlyOf = (schema: Schema): fc.Arbitrary<unknown> =>
  fc
    .tuple(validOf(schema), odd, fc.nat(), fc.constantFrom('drop', 'change', 'add', 'whole'))
    .map(([value, strange, which, how]) => {
      if (how === 'whole' || typeof value !== 'object' || value === null) return strange
      const entries = Object.entries(value)
      const place = entries.length === 0 ? 0 : which % entries.length
      if (how === 'add') return { ...value, [`x${which % 7}`]: strange }
      if (how === 'drop') return Object.fromEntries(entries.toSpliced(place, 1))
      return Object.fromEntries(
        entries.map(([name, each], index) => [name, index === place ? strange : each]),
      )
    })
