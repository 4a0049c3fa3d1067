import { type Case, type Cases, when } from '../../support/case.ts'
import { document, fail, field, pass } from '../../support/verdict.ts'

const one = (body: string, keys?: readonly string[], said?: string): Case => ({
  files: document(body),
  ...(keys ? { keys } : {}),
  ...(said === undefined ? {} : { said }),
})

/** A form grammar of two keys, each of which names what it fills. */
const slots = (first: string, second: string): string =>
  `<grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r"><one-of>
    <item>4<tag>${first}</tag></item><item>5<tag>${second}</tag></item></one-of></rule></grammar>`

export const forms: Cases = {
  'goto nextitem goes to the item at once, past what stands between': one(
    `<form><block><goto nextitem="c"/>${fail()}</block><block name="b">${fail()}</block>
      <block name="c"><goto expritem="'d'"/></block><block>${fail()}</block>
      <block name="d">${pass}</block></form>`,
  ),
  'goto nextitem in a handler, and out of filled': one(
    `<form><catch event="on"><goto nextitem="end"/></catch>
      <block><goto nextitem="f"/></block><block>${fail()}</block>
      ${field('f', '<filled><goto nextitem="thrower"/></filled>')}
      <block name="thrower"><throw event="on"/></block>
      <block name="end">${pass}</block></form>`,
    ['1'],
  ),
  'an item whose guard does not hold is visited when it is asked for': one(
    `<form><block><goto nextitem="b"/></block><block name="b" cond="false">${pass}</block></form>`,
  ),
  'after a goto nextitem the form goes on from its first item without a value': one(
    `<form><block name="a"><goto nextitem="c"/></block><block name="b">${pass}</block>
      <block name="c"/><block>${fail()}</block></form>`,
  ),
  'a form with nothing left to visit ends the call': one(
    '<form><block><prompt>pass</prompt></block></form><form><block>no</block></form>',
  ),
  'a form without items ends the call': one('<form><var name="x"/></form>', [], ''),
  'an assignment to an item variable keeps it from being visited': one(
    `<form><block><assign name="b" expr="1"/></block><block name="b">${fail()}</block><block>${pass}</block></form>`,
  ),
  'a value of undefined makes an item be visited again': one(
    `<var name="n" expr="0"/><form><block name="a"><assign name="n" expr="n + 1"/>
      <if cond="n == 2">${pass}</if><assign name="a" expr="undefined"/></block></form>`,
  ),
  'a value of null, false, zero or nothing keeps an item from being visited': one(
    `<form><block expr="null">${fail()}</block><block expr="false">${fail()}</block>
      <block expr="0">${fail()}</block><block expr="''">${fail()}</block><block>${pass}</block></form>`,
  ),
  'a field with a value is left out until it is cleared': one(
    `<form>${field('f', `<filled>${when("f == '1'", 'f')}</filled>`, 'expr="99"')}
      <block name="b"><clear namelist="f"/></block></form>`,
    ['1'],
  ),
  'clear with names clears these items and no others': one(
    `<form>${field('a')}${field('b')}${field('c')}
      <filled><clear namelist="a c"/>${when('a == undefined && b != undefined && c == undefined')}</filled></form>`,
    ['1', '1', '1'],
  ),
  'clear without names clears all items and no variable': one(
    `<form><var name="v" expr="1"/>${field('a')}${field('b')}
      <filled><clear/>${when('a == undefined && b == undefined && v == 1')}</filled></form>`,
    ['1', '1'],
  ),
  'filled of mode all waits for every item, in whatever order they come': one(
    `<form><block><goto nextitem="b"/></block>${field('a')}${field('b')}
      <filled mode="all" namelist="a b">${pass}</filled></form>`,
    ['1', '1'],
  ),
  'filled of mode any is run at the first item, and again at the next': one(
    `<form><var name="n" expr="0"/>${field('a')}${field('b')}
      <filled mode="any" namelist="a b"><assign name="n" expr="n + 1"/><if cond="n == 2">${pass}</if></filled></form>`,
    ['1', '1'],
  ),
  'filled of mode all does not run again while nothing new is filled': one(
    `<form><var name="n" expr="0"/>${field('a')}${field('b')}
      <filled mode="all" namelist="a"><assign name="n" expr="n + 1"/></filled>
      <block>${when('n == 1', 'n')}</block></form>`,
    ['1', '1'],
  ),
  'filled run in the order of the document': one(
    `<form><var name="s" expr="''"/>
      <filled><assign name="s" expr="s + 'a'"/></filled>
      ${field('f', `<filled><assign name="s" expr="s + 'b'"/></filled><filled><assign name="s" expr="s + 'c'"/></filled>`)}
      <filled mode="any"><assign name="s" expr="s + 'd'"/></filled>
      <block>${when("s == 'abcd'", 's')}</block></form>`,
    ['1'],
  ),
  'a goto in filled leaves the rest of filled alone': one(
    `<form>${field('f', '<filled><goto next="#b"/></filled>')}<filled>${fail()}</filled></form>
      <form id="b"><block>${pass}</block></form>`,
    ['1'],
  ),
  'a form grammar fills the items that it names and leaves the others': one(
    `<form>${slots("out.a = 'x'; out.b = 'y'", "out.c = 'z'")}
      ${field('a')}${field('b')}${field('c')}
      <filled mode="any">${when("a == 'x' && b == 'y' && c == undefined")}</filled></form>`,
    ['4'],
  ),
  'what a form grammar fills, it fills by slot': one(
    `<form>${slots("out.deep = new Object(); out.deep.x = 'x'", "out.b = 'y'")}
      ${field('a', '', 'slot="deep.x"')}<filled mode="any">${when("a == 'x'")}</filled></form>`,
    ['4'],
  ),
  'the items filled by one input have all just been filled': one(
    `<form>${slots("out.a = '1'; out.b = '2'", '')}
      ${field('a', '<filled><assign name="n" expr="n + 1"/></filled>')}
      ${field('b', '<filled><assign name="n" expr="n + 1"/></filled>')}
      <var name="n" expr="0"/><filled namelist="a b">${when('n == 2', 'n')}</filled></form>`,
    ['4'],
  ),
  'the grammar of the field goes before that of the form': one(
    `<form><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r">1<tag>out.b = 'form'</tag></rule></grammar>
      ${field('a', `<filled>${when("a == '1'", 'a')}</filled>`)}${field('b', `<filled>${fail()}</filled>`)}</form>`,
    ['1'],
  ),
  'a modal field does not hear the form': one(
    `<form>${slots("out.a = 'x'", "out.b = 'y'")}<noinput>${fail()}</noinput>
      ${field('a', `<nomatch>${pass}</nomatch>`, 'modal="true"')}</form>`,
    ['4'],
  ),
  'the result of a grammar that names its field is the value of the field': one(
    `<form><field name="a"><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0">
      <rule id="r">1<tag>out.a = 'x'</tag></rule></grammar><filled>${when("a == 'x'")}</filled></field></form>`,
    ['1'],
  ),
  'shadow variables of a field': one(
    `<form>${field(
      'f',
      `<filled>${when("f$.utterance == '2' && f$.inputmode == 'dtmf' && f$.confidence == 1.0 && f$.interpretation == '2'")}</filled>`,
    )}</form>`,
    ['2'],
  ),
  'the last result is a list with one interpretation and its properties on the list itself': one(
    `<form>${field('f')}<block>${when(
      "application.lastresult$.length == 1 && application.lastresult$[0].utterance == '2' && application.lastresult$.utterance == '2' && lastresult$.interpretation == '2' && application.lastresult$[0].inputmode == 'dtmf' && application.lastresult$[0].confidence == 1",
    )}</block></form>`,
    ['2'],
  ),
  'the last result outlives its dialog and is changed by the next input only': one(
    `<form>${field('f')}<block><goto next="#b"/></block></form>
      <form id="b">${field('g', `<noinput>${when("application.lastresult$.utterance == '2'")}</noinput>`)}</form>`,
    ['2', ''],
  ),
  'a link leaves a last result as well': one(
    `<link dtmf="7" event="on"/><catch event="on">${when("application.lastresult$.utterance == '7'")}</catch>
      <form>${field('f')}</form>`,
    ['7'],
  ),
  'a form of document scope takes the call over when its grammar is matched elsewhere': one(
    `<form>${field('f', `<filled>${fail()}</filled>`)}</form>
      <form id="other" scope="document">${slots("out.g = 'x'", '')}<var name="v" expr="1"/>
      ${field('g', `<filled>${when("g == 'x' && v == 1")}</filled>`)}</form>`,
    ['4'],
  ),
  'a form of the root with document scope takes the call over from a leaf': {
    files: {
      'main.vxml': document(
        `<form>${field('f', `<filled>${fail()}</filled>`)}</form>`,
        'application="root.vxml"',
      ),
      'root.vxml': document(
        `<var name="kept" expr="0"/><form><block>${fail()}</block></form>
        <form id="other" scope="document">${slots("out.g = 'x'", '')}
        ${field('g', `<filled>${when("g == 'x' && kept == 0")}</filled>`)}</form>`,
      ),
    },
    keys: ['4'],
  },
  'a field without a name is filled and then left alone': one(
    `<form><field><grammar mode="dtmf" version="1.0" root="r"><rule id="r">1</rule></grammar>
      <filled><log>filled</log></filled></field><block>${pass}</block></form>`,
    ['1'],
  ),
  'items that are never visited may be of any kind': one(
    `<form><initial cond="false"/><record cond="false" name="r"/><transfer cond="false" dest="tel:1"/>
      <object cond="false" classid="object:x"/><subdialog cond="false" name="s" src="#none"/>
      <block>${when('s == undefined')}</block></form>`,
  ),
  'an object of another platform is error.unsupported.objectname': one(
    `<catch event="error.unsupported.objectname">${pass}</catch>
      <form><object name="o" classid="method://card/debit" data="x.jar"><param name="p" value="1"/></object></form>`,
  ),
  'an object that is told by its data alone is of another platform, too': one(
    `<catch event="error.unsupported.objectname">${pass}</catch>
      <form><object name="o" data="http://cards.example/debit.jar"/></form>`,
  ),
}
