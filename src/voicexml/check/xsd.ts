import type { AttributeKind, ElementRule } from './schema.ts'

const namespaces = {
  vxml: 'http://www.w3.org/2001/vxml',
  xml: 'http://www.w3.org/XML/1998/namespace',
} as const

/** Forms of values that more than one attribute has; of some kinds anything may stand. */
const patterns: Readonly<Partial<Record<Exclude<AttributeKind, readonly string[]>, string>>> = {
  time: '\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)(s|ms)',
  count: '[1-9][0-9]*',
  whole: '[0-9]+',
  keys: '[0-9*# ]*[0-9*#][0-9*# ]*',
}

/**
 * The profile as an XML Schema 1.0, for editors that complete and check as one writes. It says less than the
 * checker: which attributes exclude one another, for instance, XML Schema cannot tell.
 *
 * @see https://www.w3.org/TR/xmlschema-1/
 */
export const xsdOf = (schema: ReadonlyMap<string, ElementRule>): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- Written by test/support/generate-xsd.ts from the table that the checker uses. -->',
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="${namespaces.vxml}"`,
    `  targetNamespace="${namespaces.vxml}" elementFormDefault="qualified" version="2.1">`,
    ...Object.entries(patterns).flatMap(([name, pattern]) => [
      `  <xs:simpleType name="${name}">`,
      `    <xs:restriction base="xs:string"><xs:pattern value="${pattern}"/></xs:restriction>`,
      '  </xs:simpleType>',
    ]),
    ...[...schema].flatMap(([name, rule]) => elementOf(name, rule)),
    '</xs:schema>',
    '',
  ].join('\n')

const elementOf = (name: string, rule: ElementRule): string[] => [
  `  <xs:element name="${name}">`,
  `    <xs:complexType${rule.text ? ' mixed="true"' : ''}>`,
  ...contentOf(rule).map((line) => `      ${line}`),
  ...[...rule.attributes].flatMap(([attribute, kind]) =>
    isPrefixed(attribute) ? [] : attributeOf(attribute, kind, rule).map((line) => `      ${line}`),
  ),
  ...([...rule.attributes.keys()].some((attribute) => attribute.startsWith('xml:'))
    ? [`      <xs:anyAttribute namespace="${namespaces.xml}" processContents="lax"/>`]
    : []),
  '    </xs:complexType>',
  '  </xs:element>',
]

/** Attributes of other namespaces, and declarations of namespaces, which are none to a schema. */
const isPrefixed = (attribute: string): boolean =>
  attribute.includes(':') || attribute.startsWith('xmlns')

const contentOf = ({ children }: ElementRule): string[] => {
  if (children === null)
    return [
      '<xs:sequence>',
      '  <xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/>',
      '</xs:sequence>',
    ]
  if (children.size === 0) return []
  return [
    '<xs:choice minOccurs="0" maxOccurs="unbounded">',
    ...[...children].map((child) => `  <xs:element ref="${child}"/>`),
    // Grammars have a namespace of their own.
    ...(children.has('grammar') ? ['  <xs:any namespace="##other" processContents="skip"/>'] : []),
    '</xs:choice>',
  ]
}

const attributeOf = (name: string, kind: AttributeKind, rule: ElementRule): string[] => {
  const use = rule.required.includes(name) ? ' use="required"' : ''
  if (typeof kind === 'string') {
    const type = patterns[kind] === undefined ? 'xs:string' : kind
    return [`<xs:attribute name="${name}" type="${type}"${use}/>`]
  }
  return [
    `<xs:attribute name="${name}"${use}>`,
    '  <xs:simpleType><xs:restriction base="xs:string">',
    ...kind.map((word) => `    <xs:enumeration value="${word}"/>`),
    '  </xs:restriction></xs:simpleType>',
    '</xs:attribute>',
  ]
}
