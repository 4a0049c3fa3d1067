/**
 * What an attribute holds. `text` is anything; `expr` an ECMAScript expression, `cond` likewise; `uri` an
 * address, `name` a variable name, `names` several, `events` event names, `time` a duration (`5s`, `200ms`),
 * `count` a whole number from 1, `whole` one from 0, `keys` DTMF keys, `id` an XML name; `a/b` one of the words.
 */
export type AttributeKind =
  | 'text'
  | 'expr'
  | 'uri'
  | 'name'
  | 'names'
  | 'events'
  | 'time'
  | 'count'
  | 'whole'
  | 'keys'
  | 'id'
  | readonly string[]

export type ElementRule = {
  readonly attributes: ReadonlyMap<string, AttributeKind>
  readonly required: readonly string[]
  /** Groups of which exactly one attribute must stand. */
  readonly exactlyOne: readonly (readonly string[])[]
  /** Groups of which at most one attribute may stand. */
  readonly atMostOne: readonly (readonly string[])[]
  /** Element names; `null`: anything, not looked into. */
  readonly children: ReadonlySet<string> | null
  readonly text: boolean
  /** Part of VoiceXML 2.1, but not of the profile. */
  readonly unsupported: boolean
}

/*
 * The table is written in shorthand. Attributes: `name:kind`, a `!` after the name makes it required; `@set`
 * stands for a set below. Children: element names or `@set`; `#text` allows character data, `*` anything.
 */
const attributeSets: Record<string, string> = {
  item: 'name:name expr:expr cond:expr',
  fetch: 'fetchhint:prefetch/safe fetchtimeout:time maxage:whole maxstale:whole',
  send: 'method:get/post enctype:text namelist:names',
  handler: 'count:count cond:expr',
  thrown: 'event:events eventexpr:expr message:text messageexpr:expr',
}

const childSets: Record<string, string> = {
  spoken: '#text audio enumerate value',
  ssml: '#text audio value break emphasis p s say-as prosody sub voice mark phoneme enumerate foreach metadata lexicon',
  handlers: 'catch error help noinput nomatch',
  executable:
    '#text audio enumerate value assign clear data disconnect exit foreach goto if log prompt reprompt return script submit throw var',
  item: '#text audio enumerate value catch error help noinput nomatch filled prompt property',
}

type Row = {
  attributes?: string
  children?: string
  /** Groups parted by `;`, names in a group by blanks. */
  one?: string
  most?: string
  unsupported?: true
}

const rows: Record<string, Row> = {
  vxml: {
    attributes: 'version!:2.0/2.1 application:uri xml:lang:text xml:base:uri xmlns:text',
    children: '@handlers data form link menu meta metadata property script var',
  },
  meta: { attributes: 'name:text http-equiv:text content!:text', one: 'name http-equiv' },
  metadata: { children: '*' },
  property: { attributes: 'name!:text value!:text' },
  var: { attributes: 'name!:name expr:expr' },
  assign: { attributes: 'name!:text expr!:expr' },
  clear: { attributes: 'namelist:names' },
  script: {
    attributes: 'src:uri srcexpr:expr charset:text @fetch',
    children: '#text',
    most: 'src srcexpr',
  },
  data: {
    attributes: 'name:name src:uri srcexpr:expr @send fetchaudio:uri @fetch',
    one: 'src srcexpr',
  },
  foreach: { attributes: 'array!:expr item!:name', children: '@executable @ssml' },
  if: { attributes: 'cond!:expr', children: '@executable elseif else' },
  elseif: { attributes: 'cond!:expr' },
  else: {},
  log: { attributes: 'label:text expr:expr', children: '#text value' },
  reprompt: {},
  disconnect: { attributes: 'namelist:names' },
  exit: { attributes: 'expr:expr namelist:names', most: 'expr namelist' },
  return: {
    attributes: '@thrown namelist:names',
    most: 'event eventexpr namelist; message messageexpr',
  },
  throw: { attributes: '@thrown', one: 'event eventexpr', most: 'message messageexpr' },
  goto: {
    attributes: 'next:uri expr:expr nextitem:name expritem:expr fetchaudio:uri @fetch',
    one: 'next expr nextitem expritem',
  },
  submit: {
    attributes: 'next:uri expr:expr @send fetchaudio:uri @fetch',
    one: 'next expr',
  },
  catch: { attributes: 'event:events @handler', children: '@executable' },
  error: { attributes: '@handler', children: '@executable' },
  help: { attributes: '@handler', children: '@executable' },
  noinput: { attributes: '@handler', children: '@executable' },
  nomatch: { attributes: '@handler', children: '@executable' },
  link: {
    attributes: 'next:uri expr:expr @thrown dtmf:keys fetchaudio:uri @fetch',
    children: 'grammar',
    one: 'next expr event eventexpr',
    most: 'message messageexpr',
  },
  form: {
    attributes: 'id:id scope:dialog/document',
    children:
      '@handlers block data field filled grammar initial link object property record script subdialog transfer var',
  },
  menu: {
    attributes: 'id:id scope:dialog/document accept:exact/approximate dtmf:true/false',
    children: '@spoken @handlers choice link prompt property script',
  },
  choice: {
    attributes:
      'dtmf:keys accept:exact/approximate next:uri expr:expr @thrown fetchaudio:uri @fetch',
    children: '@spoken grammar',
    one: 'next expr event eventexpr',
    most: 'message messageexpr',
  },
  enumerate: { children: '@ssml' },
  block: { attributes: '@item', children: '@executable' },
  filled: { attributes: 'mode:all/any namelist:names', children: '@executable' },
  field: {
    attributes: '@item type:text slot:text modal:true/false',
    children: '@item grammar link option script',
  },
  option: { attributes: 'dtmf:keys accept:exact/approximate value:text', children: '#text' },
  initial: { attributes: '@item', children: '@item link', unsupported: true },
  object: {
    attributes:
      '@item classid:uri codebase:uri codetype:text data:uri type:text archive:text fetchaudio:uri @fetch',
    children: '@item param',
  },
  param: {
    attributes: 'name!:text value:text expr:expr valuetype:data/ref type:text',
    one: 'value expr',
  },
  record: {
    attributes:
      '@item modal:true/false beep:true/false maxtime:time finalsilence:time dtmfterm:true/false type:text',
    children: '@item grammar',
  },
  subdialog: {
    attributes: '@item src:uri srcexpr:expr @send fetchaudio:uri @fetch',
    children: '@item param',
    one: 'src srcexpr',
  },
  transfer: {
    attributes:
      '@item dest:uri destexpr:expr bridge:true/false type:bridge/blind/consultation connecttimeout:time maxtime:time transferaudio:uri aai:text aaiexpr:expr',
    children: '@item grammar',
    one: 'dest destexpr',
    most: 'bridge type; aai aaiexpr',
  },
  grammar: {
    attributes:
      'src:uri srcexpr:expr type:text mode:dtmf/voice version:text root:text tag-format:text scope:dialog/document weight:text xml:lang:text xml:base:uri xmlns:text @fetch',
    children: '*',
    most: 'src srcexpr',
  },
  prompt: {
    attributes:
      'bargein:true/false bargeintype:speech/hotword cond:expr count:count timeout:time xml:lang:text xml:base:uri',
    children: '@ssml',
  },
  audio: {
    attributes: 'src:uri expr:expr @fetch',
    children: '@ssml desc',
    one: 'src expr',
  },
  desc: { attributes: 'xml:lang:text', children: '#text' },
  value: { attributes: 'expr!:expr' },
  break: { attributes: 'strength:none/x-weak/weak/medium/strong/x-strong time:time' },
  emphasis: { attributes: 'level:strong/moderate/none/reduced', children: '@ssml' },
  p: { attributes: 'xml:lang:text', children: '@ssml' },
  s: { attributes: 'xml:lang:text', children: '@ssml' },
  'say-as': {
    attributes: 'interpret-as!:text format:text detail:text',
    children: '#text value',
  },
  prosody: {
    attributes: 'pitch:text contour:text range:text rate:text duration:time volume:text',
    children: '@ssml',
  },
  sub: { attributes: 'alias!:text', children: '#text' },
  voice: {
    attributes: 'xml:lang:text gender:male/female/neutral age:whole variant:count name:text',
    children: '@ssml',
  },
  mark: { attributes: 'name:text nameexpr:expr', one: 'name nameexpr' },
  phoneme: { attributes: 'ph!:text alphabet:text', children: '#text', unsupported: true },
  lexicon: { attributes: 'uri!:uri type:text xml:lang:text', unsupported: true },
}

const expand = (shorthand: string, sets: Record<string, string>): string[] =>
  shorthand
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => (word.startsWith('@') ? expand(sets[word.slice(1)] ?? '', sets) : [word]))

const groups = (shorthand = ''): string[][] =>
  shorthand.split(';').flatMap((group) => (group === '' ? [] : [expand(group, {})]))

const kind = (word: string): AttributeKind =>
  word.includes('/') ? word.split('/') : (word as AttributeKind)

const ruleOf = (row: Row): ElementRule => {
  const attributes = expand(row.attributes ?? '', attributeSets).map((word) => {
    const cut = word.lastIndexOf(':')
    const name = word.slice(0, cut)
    const required = name.endsWith('!')
    return { name: required ? name.slice(0, -1) : name, kind: kind(word.slice(cut + 1)), required }
  })
  const children = expand(row.children ?? '', childSets)
  return {
    attributes: new Map(attributes.map(({ name, kind }) => [name, kind])),
    required: attributes.flatMap(({ name, required }) => (required ? [name] : [])),
    exactlyOne: groups(row.one),
    atMostOne: groups(row.most),
    children: children.includes('*') ? null : new Set(children.filter((name) => name !== '#text')),
    text: children.includes('#text') || children.includes('*'),
    unsupported: row.unsupported ?? false,
  }
}

/**
 * The elements of the profile: their attributes, contents and which attributes go together.
 *
 * @see https://www.w3.org/TR/voicexml21/ appendix C (schema) and https://www.w3.org/TR/voicexml20/#dmlSchema
 */
export const schema: ReadonlyMap<string, ElementRule> = new Map(
  Object.entries(rows).map(([name, row]) => [name, ruleOf(row)]),
)
