import type { Cases } from '../../support/case.ts'
import { vxml } from '../../support/talk.ts'
import { document, fail, pass } from '../../support/verdict.ts'

/** Goes to a document with a fault, and passes when that is an event. */
export const caller = (transition = '<goto next="bad.vxml"/>'): string =>
  document(`<catch event="error.badfetch">${pass}</catch>
    <form><block>${transition}${fail()}</block></form>`)

const inBlock = (content: string): string => `<form><block>${content}</block></form>`

/** Faults that are seen before anything of a document runs: to go there is error.badfetch where one stands. */
export const faultyDocuments: Readonly<Record<string, string>> = {
  'goto with two addresses': inBlock(`<goto next="#a" expr="'#a'"/>`),
  'goto with an address and an item': inBlock(`<goto next="#a" nextitem="b"/>`),
  'goto with nothing': inBlock('<goto/>'),
  'submit with two addresses': inBlock(`<submit next="a.vxml" expr="'a.vxml'"/>`),
  'submit with no address': inBlock('<submit/>'),
  'throw with two events': inBlock(`<throw event="a" eventexpr="'a'"/>`),
  'throw with no event': inBlock('<throw/>'),
  'throw with two messages': inBlock(`<throw event="a" message="b" messageexpr="'b'"/>`),
  'return with two events': inBlock(`<return event="a" eventexpr="'a'"/>`),
  'return with an event and values': inBlock(`<var name="v"/><return event="a" namelist="v"/>`),
  'return with two messages': inBlock(`<return event="a" message="b" messageexpr="'b'"/>`),
  'exit with an expression and names': inBlock(`<var name="v"/><exit expr="1" namelist="v"/>`),
  'audio with no address': inBlock('<audio>words</audio>'),
  'audio with two addresses': inBlock(`<audio src="a.wav" expr="'b.wav'"/>`),
  'script with an address and a text': inBlock('<script src="a.js">var i = 0</script>'),
  'script with two addresses': inBlock(`<script src="a.js" srcexpr="'a.js'"/>`),
  'value with no expression': inBlock('<value/>'),
  'assign with no expression': inBlock('<var name="v"/><assign name="v"/>'),
  'assign with no name': inBlock('<assign expr="1"/>'),
  'var with no name': inBlock('<var expr="1"/>'),
  'if with no condition': inBlock('<if><exit/></if>'),
  'foreach with no array': inBlock('<foreach item="i"/>'),
  'foreach with no item': inBlock('<foreach array="[]"/>'),
  'choice with two ways': '<menu><choice dtmf="1" next="#a" event="b"/></menu>',
  'choice with no way': '<menu><choice dtmf="1">one</choice></menu>',
  'choice with two events': `<menu><choice dtmf="1" event="a" eventexpr="'a'"/></menu>`,
  'choice with two messages': `<menu><choice dtmf="1" event="a" message="b" messageexpr="'b'"/></menu>`,
  'menu that gives keys and a choice with its own':
    '<menu dtmf="true"><choice dtmf="4" next="#a"/></menu>',
  'link with two ways': `<link dtmf="1" next="#a" event="b"/><form/>`,
  'link with no way': '<link dtmf="1"/><form/>',
  'link with two events': `<link dtmf="1" event="a" eventexpr="'a'"/><form/>`,
  'subdialog with two addresses': `<form><subdialog src="#a" srcexpr="'#a'"/></form>`,
  'subdialog with no address': '<form><subdialog name="s"/></form>',
  'param with two values': `<form><subdialog src="#a"><param name="p" value="1" expr="1"/></subdialog></form>`,
  'param with no name': `<form><subdialog src="#a"><param expr="1"/></subdialog></form>`,
  'filled that watches a block':
    '<form><block name="b"/><field name="f" type="digits"/><filled namelist="b"/></form>',
  'property with no value': '<property name="timeout"/><form/>',
  'property with no name': '<property value="1s"/><form/>',
  'two items of one name': '<form><block name="b"/><field name="b" type="digits"/></form>',
  'two forms of one name': '<form id="a"/><form id="a"/>',
  'an element that is none of VoiceXML': inBlock('<shout/>'),
  'an element where it does not belong': inBlock('<field name="f"/>'),
  'an attribute that is none of its element': inBlock('<exit colour="red"/>'),
  'grammar with an address and a text': `<form><field name="f"><grammar src="a.grxml" mode="dtmf"
    root="r" version="1.0"><rule id="r">1</rule></grammar></field></form>`,
  'grammar with two addresses': `<form><field name="f"><grammar mode="dtmf" src="a.grxml" srcexpr="'a.grxml'"/></field></form>`,
  'grammar with a computed address and a text': `<form><field name="f"><grammar srcexpr="'a.grxml'"
    mode="dtmf" root="r" version="1.0"><rule id="r">1</rule></grammar></field></form>`,
  'data with two addresses': `<form><block><data name="d" src="a.xml" srcexpr="'a.xml'"/></block></form>`,
  'data with no address': `<form><block><data name="d"/></block></form>`,
  'mark with no name': inBlock('<prompt>a<mark/></prompt>'),
  'mark with two names': inBlock(`<prompt>a<mark name="m" nameexpr="'m'"/></prompt>`),
  'grammar with nothing': '<form><field name="f"><grammar mode="dtmf"/></field></form>',
  'grammar of a field with a scope': `<form><field name="f"><grammar mode="dtmf" scope="document"
    root="r" version="1.0"><rule id="r">1</rule></grammar></field></form>`,
  'param with no value': '<form><subdialog src="#a"><param name="p"/></subdialog></form>',
  'transfer with no place': '<form><transfer name="t"/></form>',
  'transfer that is of two kinds':
    '<form><transfer name="t" dest="tel:1" bridge="true" type="blind"/></form>',
  'transfer with two places': `<form><transfer name="t" dest="tel:1" destexpr="'tel:1'"/></form>`,
}

export const faults: Cases = Object.fromEntries(
  Object.entries(faultyDocuments).map(([title, body]) => [
    `${title}: to go there is error.badfetch`,
    {
      files: {
        'main.vxml': caller(),
        'bad.vxml': vxml(`<catch><prompt>callee</prompt><exit/></catch>${body}`),
      },
    },
  ]),
)
