import { type Cases, when } from '../../support/case.ts'
import { vxml } from '../../support/talk.ts'
import { document, fail, field, pass } from '../../support/verdict.ts'

const block = (content: string, id = ''): string =>
  `<form${id ? ` id="${id}"` : ''}><block>${content}</block></form>`

const go = (to: string): string => document(block(`<goto next="${to}"/>`))
const root = 'application="root.vxml"'

/** A subdialog of the same document, or of another. */
const calls = (src: string, after: string, inside = ''): string =>
  `<form><subdialog name="s" src="${src}">${inside}</subdialog><block>${after}</block></form>`

export const documents: Cases = {
  'dialogs of a root are not run when a leaf brings it in': {
    files: {
      'main.vxml': document(block(pass), root),
      'root.vxml': document(block(fail())),
    },
  },
  'variables of a root stay as leaf follows leaf': {
    files: {
      'main.vxml': go('a.vxml'),
      'a.vxml': document(block('<assign name="x" expr="8"/><goto next="b.vxml"/>'), root),
      'b.vxml': document(block(when('x == 8', 'x')), root),
      'root.vxml': document('<var name="x" expr="7"/>'),
    },
  },
  'a leaf that goes to its root keeps the variables': {
    files: {
      'main.vxml': go('a.vxml'),
      'a.vxml': document(block('<assign name="x" expr="8"/><goto next="root.vxml"/>'), root),
      'root.vxml': document(`<var name="x" expr="7"/>${block(when('x == 8', 'x'))}`),
    },
  },
  'a leaf that goes to a dialog of its root keeps the variables': {
    files: {
      'main.vxml': document(block('<assign name="x" expr="8"/><goto next="root.vxml#b"/>'), root),
      'root.vxml': document(
        `<var name="x" expr="7"/>${block(fail())}${block(when('x == 8', 'x'), 'b')}`,
      ),
    },
  },
  'a leaf that submits to its root begins it anew': {
    files: {
      'main.vxml': go('a.vxml'),
      'a.vxml': document(block('<assign name="x" expr="8"/><submit next="root.vxml"/>'), root),
      'root.vxml': document(`<var name="x" expr="7"/>${block(when('x == 7', 'x'))}`),
    },
  },
  'a root that goes to itself by its name begins anew': {
    files: {
      'main.vxml': go('root.vxml'),
      'root.vxml': document(
        `<var name="x" expr="7"/>${block('<assign name="x" expr="8"/><goto next="root.vxml#b"/>')}
        ${block(when('x == 7', 'x'), 'b')}`,
      ),
    },
  },
  'a root that goes to a dialog of its own goes on': {
    files: document(
      `<var name="x" expr="7"/>${block('<assign name="x" expr="8"/><goto next="#b"/>')}${block(when('x == 8', 'x'), 'b')}`,
    ),
  },
  'another root is another application': {
    files: {
      'main.vxml': go('root1.vxml'),
      'root1.vxml': document(
        `<var name="x" expr="1"/>${block('<assign name="x" expr="9"/><goto next="root2.vxml"/>')}`,
      ),
      'root2.vxml': document(`<var name="x" expr="2"/>${block(when('x == 2', 'x'))}`),
    },
  },
  'a leaf of another root is in another application, and back again it is new': {
    files: {
      'main.vxml': document(
        block(
          `<if cond="x == 1"><assign name="x" expr="9"/><goto next="b.vxml"/><else/>${fail()}</if>`,
        ),
        root,
      ),
      'b.vxml': document(
        block(`<if cond="x == 2"><goto next="c.vxml"/></if>${fail()}`),
        'application="other.vxml"',
      ),
      'c.vxml': document(block(when('x == 1', 'x')), root),
      'root.vxml': document('<var name="x" expr="1"/>'),
      'other.vxml': document('<var name="x" expr="2"/>'),
    },
  },
  'handlers of the root are those of the leaf where it has none': {
    files: {
      'main.vxml': vxml(block(`<throw event="e"/>${fail()}`), root),
      'root.vxml': document(`<catch event="e">${pass}</catch>`),
    },
  },
  'handlers of the leaf go before those of the root': {
    files: {
      'main.vxml': document(`<catch event="e">${pass}</catch>${block('<throw event="e"/>')}`, root),
      'root.vxml': document(`<catch event="e">${fail()}</catch>`),
    },
  },
  'a handler of the root sees the variables of the leaf where it runs': {
    files: {
      'main.vxml': vxml(
        `<form><var name="mine" expr="3"/><block><throw event="e"/></block></form>`,
        root,
      ),
      'root.vxml': document(`<catch event="e">${when('mine == 3')}</catch>`),
    },
  },
  'a handler of the root goes to addresses of the leaf': {
    files: {
      'main.vxml': go('folder/leaf.vxml'),
      'folder/leaf.vxml': vxml(
        `${block('<throw event="e"/>')}${block('<throw event="f"/>', 'there')}`,
        'application="../root.vxml"',
      ),
      'folder/next.vxml': document(block(pass)),
      'root.vxml': document(
        `<catch event="e"><goto next="#there"/></catch><catch event="f"><goto next="next.vxml"/></catch>`,
      ),
    },
  },
  'properties of the root hold in the leaf': {
    files: {
      'main.vxml': document(`<form>${field('f', '<prompt>pass</prompt>')}</form>`, root),
      'root.vxml': document('<property name="inputmodes" value="voice"/>'),
    },
    keys: ['1'],
    said: 'fail event noinput undefined',
  },
  'a link of the root leads to a dialog of the root': {
    files: {
      'main.vxml': document(`<form>${field('f')}</form>`, root),
      'root.vxml': document(`<link dtmf="9" next="#there"/>${block(pass, 'there')}`),
    },
    keys: ['9'],
  },
  'a root that names a root itself is error.semantic': {
    files: {
      'main.vxml': document(
        `<catch event="error.semantic">${pass}</catch>${block('<goto next="a.vxml"/>')}`,
      ),
      'a.vxml': document(block(fail()), root),
      'root.vxml': document('', 'application="other.vxml"'),
      'other.vxml': document(''),
    },
  },
  'a root that is not there is error.badfetch': {
    files: {
      'main.vxml': document(
        `<catch event="error.badfetch">${pass}</catch>${block('<goto next="a.vxml"/>')}`,
      ),
      'a.vxml': document(block(fail()), root),
    },
  },
  'a root with a fault in its text is error.badfetch': {
    files: {
      'main.vxml': document(
        `<catch event="error.badfetch">${pass}</catch>${block('<goto next="a.vxml"/>')}`,
      ),
      'a.vxml': document(block(fail()), root),
      'root.vxml': vxml(block('<throw/>')),
    },
  },
  'a document without dialogs cannot be gone to': {
    files: {
      'main.vxml': document(
        `<catch event="error.badfetch">${pass}</catch>${block('<goto next="a.vxml"/>')}`,
      ),
      'a.vxml': document('<var name="x"/>'),
    },
  },
  'addresses may have an empty query or escapes, and climb': {
    files: {
      'main.vxml': go('a%20b/c.vxml?x=1#two'),
      'a b/c.vxml': document(`${block(fail())}${block('<goto next="../a%20b/./d.vxml"/>', 'two')}`),
      'a b/d.vxml': document(block(pass)),
    },
  },
  'a subdialog gives back what it names, as properties of its item': {
    files: document(
      `${calls('#sub', when("s.a == 'A' && s.b == 2 && typeof s.c == 'undefined'"))}
      <form id="sub"><var name="a" expr="'A'"/><var name="b" expr="2"/><var name="c"/>
      <block><return namelist="a b"/></block></form>`,
    ),
  },
  'a subdialog that gives nothing back has been visited': {
    files: document(`<var name="n" expr="0"/>
      <form><subdialog name="s" src="#sub"><filled><assign name="n" expr="n + 1"/></filled></subdialog>
      <block>${when("n == 1 && typeof s == 'object'")}</block></form>${block('<return/>', 'sub')}`),
  },
  'filled of a subdialog runs when it returns': {
    files: document(
      `${calls('#sub', fail(), `<filled>${when("s.a == 'A'")}</filled>`)}
      <form id="sub"><var name="a" expr="'A'"/><block><return namelist="a"/></block></form>`,
    ),
  },
  'a subdialog with a value or a guard that does not hold is not called': {
    files: document(
      `<form><subdialog name="s" src="#sub" expr="2"/><subdialog name="u" cond="false" src="#sub"/>
      <block>${when('s == 2 && u == undefined')}</block></form>${block(fail(), 'sub')}`,
    ),
  },
  'a parameter takes the place of the expression of its variable': {
    files: document(
      `<form><var name="d" expr="'given'"/><subdialog src="#sub"><param name="p" expr="d"/><param name="q" value="d"/></subdialog></form>
      <form id="sub"><var name="p" expr="nowhere"/><var name="q"/><block>${when("p == 'given' && q == 'd'")}</block></form>`,
    ),
  },
  'without the parameter the variable has its own expression': {
    files: document(
      `<form><subdialog src="#sub"><param name="p" expr="1"/></subdialog></form>
      <form id="sub"><var name="p" expr="2"/><var name="q" expr="p + 1"/><block>${when('p == 1 && q == 2')}</block></form>`,
    ),
  },
  'variables of the caller are out of reach, even in one document': {
    files: document(`<var name="doc" expr="1"/>
      <form><var name="dia" expr="2"/><subdialog name="s" src="#sub"/><block>${when('doc == 1 && s.doc == 3')}</block></form>
      <form id="sub"><block><if cond="typeof dia != 'undefined'">${fail()}</if>
        <assign name="doc" expr="doc + 2"/><return namelist="doc"/></block></form>`),
  },
  'variables of the root are out of reach, and as they were after the return': {
    files: {
      'main.vxml': document(
        `<form><block><assign name="r" expr="'mine'"/></block>
        <subdialog name="s" src="#sub"/><block>${when("r == 'mine' && s.r == 'first!'", 's.r')}</block></form>
        <form id="sub"><block><assign name="r" expr="r + '!'"/><return namelist="r"/></block></form>`,
        root,
      ),
      'root.vxml': document(`<var name="r" expr="'first'"/>`),
    },
  },
  'a subdialog may go through several documents before it returns': {
    files: {
      'main.vxml': document(
        calls('a.vxml', when("s.x == 'b'")).replace('</subdialog>', '</subdialog>'),
      ),
      'a.vxml': document(block('<goto next="b.vxml"/>')),
      'b.vxml': document(block(`<var name="x" expr="'b'"/><return namelist="x"/>`)),
    },
  },
  'a subdialog within a subdialog returns to it': {
    files: {
      'main.vxml': document(calls('a.vxml', when("s.a == 'A' && s.b == 'B'"))),
      'a.vxml': document(
        `<form><var name="a" expr="'A'"/><var name="b"/><subdialog name="t" src="b.vxml"/>
        <block><assign name="b" expr="t.b"/><return namelist="a b"/></block></form>`,
      ),
      'b.vxml': document(
        `<form><var name="b" expr="'B'"/><block><return namelist="b"/></block></form>`,
      ),
    },
  },
  'a subdialog begins in the dialog that is named, else in the first': {
    files: {
      'main.vxml': document(
        `<form><subdialog name="s" src="a.vxml"/><subdialog name="u" src="a.vxml#two"/>
        <block>${when("s.x == 'one' && u.x == 'two'")}</block></form>`,
      ),
      'a.vxml': document(
        `${block(`<var name="x" expr="'one'"/><return namelist="x"/>`)}${block(`<var name="x" expr="'two'"/><return namelist="x"/>`, 'two')}`,
      ),
    },
  },
  'a subdialog by a computed address': {
    files: document(
      `<form><subdialog name="s" srcexpr="'#' + 'sub'"/><block>${pass}</block></form>${block('<return/>', 'sub')}`,
    ),
  },
  'a subdialog may ask': {
    files: document(
      `${calls('#sub', when("s.f == '2'"))}<form id="sub">${field('f', '<prompt>?</prompt><filled><return namelist="f"/></filled>')}</form>`,
    ),
    keys: ['2'],
  },
  'grammars of the caller are not heard in a subdialog': {
    files: document(
      `<form><link dtmf="9" event="e"/><catch event="e">${fail()}</catch><subdialog src="#sub"/></form>
      <form id="sub">${field('f', `<nomatch>${pass}</nomatch>`)}</form>`,
    ),
    keys: ['9'],
  },
  'prompts wait through a subdialog for the next input': {
    files: document(
      `<form><block>one</block><subdialog src="#sub"><prompt>two</prompt></subdialog><block>four</block></form>
      <form id="sub"><block>three<return/></block></form>`,
    ),
    said: 'one two three four',
  },
  'exit in a subdialog ends everything': {
    files: document(`${calls('#sub', fail())}${block('<prompt>pass</prompt><exit/>', 'sub')}`),
  },
  'a subdialog that ends without a return ends the call': {
    files: document(`${calls('#sub', fail())}${block('<prompt>pass</prompt>', 'sub')}`),
  },
  'an event that nobody catches in a subdialog ends the call': {
    files: {
      'main.vxml': document(calls('sub.vxml', fail(), `<catch event="my">${fail()}</catch>`)),
      'sub.vxml': vxml(block('<prompt>pass</prompt><throw event="my"/>')),
    },
  },
  'an event of a subdialog with a message': {
    files: document(
      `${calls('#sub', fail(), `<catch event="my.own">${when("_message == 'why' && s == undefined")}</catch>`)}
      ${block('<return event="my.own" message="why"/>', 'sub')}`,
    ),
  },
  'the last result of the caller is its own': {
    files: document(
      `<form>${field('f')}<subdialog name="s" src="#sub"/>
      <block>${when("application.lastresult$.utterance == '1' && s.g == '2'")}</block></form>
      <form id="sub"><block><if cond="typeof application.lastresult$ != 'undefined'">${fail()}</if></block>
      ${field('g', '<filled><return namelist="g"/></filled>')}</form>`,
    ),
    keys: ['1', '2'],
  },
}
