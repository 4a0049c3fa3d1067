import { type Case, type Cases, when } from '../../support/case.ts'
import { vxml } from '../../support/talk.ts'
import { document, fail, field, pass } from '../../support/verdict.ts'

const form = (body: string, id = 'first'): string => `<form id="${id}">${body}</form>`
const block = (body: string): string => `<block>${body}</block>`

const one = (body: string, said = 'pass'): Case => ({ files: document(body), said })

export const scopes: Cases = {
  'a variable holds whatever ECMAScript knows, also an empty function, from turn to turn': {
    files: document(
      `<var name="nothing"/><var name="text" expr="'hello, world'"/><var name="flag" expr="true"/>
      <var name="fraction" expr="3.14"/><var name="list" expr="new Array(1, 2, 'three')"/>
      <var name="object" expr="new Object()"/><var name="empty" expr="new Function()"/>
      <form>${field('f')}<block>${when(
        "typeof nothing + text.length + flag + fraction + list.join('') + typeof object + typeof empty + empty(1) == 'undefined12true3.1412threeobjectfunctionundefined'",
      )}</block></form>`,
    ),
    keys: ['1'],
  },
  'an anonymous variable hides all outer ones of its name, and only as long as it lives': {
    files: {
      'main.vxml': document(
        `<var name="v" expr="1"/>${form(
          `${block('<var name="v" expr="2"/><assign name="v" expr="3"/>')}
          ${block(when("v == 1 && document.v == 1 && application.v == 0 && typeof dialog.v == 'undefined'"))}`,
        )}`,
        'application="root.vxml"',
      ),
      'root.vxml': document('<var name="v" expr="0"/>'),
    },
  },
  'names of scopes may be declared as variables where they hide the scope': one(
    form(
      `${block(`<var name="session" expr="'a'"/><var name="dialog" expr="'b'"/>
        <if cond="session + dialog != 'ab'">${fail()}</if>`)}
      ${block(when("typeof session == 'object' && typeof dialog == 'object'"))}`,
    ),
  ),
  'a function given to the application scope can call itself': one(
    form(
      `${block(`<script>application.sum = function sum(n) { return n == 0 ? 0 : n + sum(n - 1) }
        function other(n) { return n == 0 ? 0 : n + other(n - 1) }
        application.other = other</script>`)}
      ${block(when('application.sum(4) == 10 && application.other(4) == 10'))}`,
    ),
  ),
  'without a root the application is the document': one(
    `<var name="x" expr="1"/>${form(block(when('application.x == 1 && document.x == 1')))}`,
  ),
  'variables and functions of the root are seen by a leaf without naming the scope': {
    files: {
      'main.vxml': document(
        `<var name="y" expr="twice(x)"/>${form(block(when('y == 42 && application.x == 21')))}`,
        'application="root.vxml"',
      ),
      'root.vxml': document(
        '<script>function twice(n) { return n * 2 }</script><var name="x" expr="21"/>',
      ),
    },
  },
  'a leaf changes a variable of its root for the leaves that follow': {
    files: {
      'main.vxml': document(
        form(block('<assign name="x" expr="x + 1"/><goto next="leaf.vxml"/>')),
        'application="root.vxml"',
      ),
      'leaf.vxml': document(form(block(when('x == 2'))), 'application="./root.vxml"'),
      'root.vxml': document('<var name="x" expr="1"/>'),
    },
  },
  'a document outside of the application does not see it': {
    files: {
      'main.vxml': document(form(block('<goto next="other.vxml"/>')), 'application="root.vxml"'),
      'other.vxml': document(
        form(block(when("typeof application.x == 'undefined' && typeof x == 'undefined'"))),
      ),
      'root.vxml': document('<var name="x" expr="1"/>'),
    },
  },
  'variables of a document begin anew each time it is loaded, those of its root do not': {
    files: {
      'main.vxml': document(
        `<var name="count" expr="1"/>
        ${form(block(when('count == 1 && visit == 2')))}
        ${form(
          block(`<assign name="visit" expr="visit + 1"/><assign name="count" expr="9"/>
          <goto next="main.vxml"/>`),
          'second',
        )}`,
        'application="root.vxml"',
      ).replace(
        '<form id="first">',
        '<form id="zero"><block cond="visit == 0"><assign name="visit" expr="1"/><goto next="#second"/></block><block><goto next="#first"/></block></form><form id="first">',
      ),
      'root.vxml': document('<var name="visit" expr="0"/>'),
    },
  },
  'variables of a form begin anew when it is entered again': one(
    `<var name="n" expr="0"/>${form(
      `<var name="x"/>${block(`<if cond="x != undefined">${fail()}</if><assign name="x" expr="1"/>
        <assign name="n" expr="n + 1"/><if cond="n == 2">${pass}</if><goto next="#first"/>`)}`,
    )}`,
  ),
  'filled sees the variables of its form, and keeps its own': {
    files: document(
      form(
        `<var name="x" expr="1"/>
        ${field('f', '<filled><var name="y" expr="x"/><assign name="x" expr="x + y"/></filled>')}
        ${block(when("x == 2 && typeof y == 'undefined'"))}`,
      ),
    ),
    keys: ['1'],
  },
  'branches of an if share the scope of the block': one(
    form(block(`<if cond="true"><var name="y" expr="7"/></if>${when('y == 7')}`)),
  ),
  'a script in a block declares in the scope of the block': one(
    form(`${block('<script>var s = 1</script>')}${block(when("typeof s == 'undefined'"))}`),
  ),
  'a script in a form declares in the dialog': one(
    form(`<script>var s = 1</script>${block(when('dialog.s == 1'))}`),
  ),
  'a script in a document may be called from a condition': one(
    `<script><![CDATA[ function less(a, b) { return a < b } ]]></script>${form(block(when('less(1, 2)')))}`,
  ),
  'variables are declared in the order of the document, items among them': one(
    form(
      `<var name="a" expr="1"/><block name="b" expr="a + 1"/><var name="c" expr="b + 1"/>${block(
        when('c == 3'),
      )}`,
    ),
  ),
  'a variable used before it is declared is error.semantic': one(
    form(`<catch event="error.semantic">${pass}</catch><var name="a" expr="b"/><var name="b" expr="1"/>
      ${block(fail())}`),
  ),
  'an item variable holds undefined until it is filled': one(
    form(`${block(when("typeof f == 'undefined' && f == undefined"))}${field('f')}`),
  ),
  'session variables cannot be assigned to': one(
    `<catch event="error.semantic">${pass}</catch>
    ${form(block(`<assign name="session.connection" expr="1"/>${fail()}`))}`,
  ),
  'a property of an object that a script made is assigned to': one(
    `<script>var o = new Object(); o.p = 'a'</script>
    ${form(block(`<assign name="o.p" expr="'b'"/><assign name="o.q" expr="'c'"/>${when("o.p + o.q == 'bc'")}`))}`,
  ),
  'assignments inside of values take place in their order': one(
    `<var name="a" expr="1"/><var name="b" expr="1000"/>
    ${form(block(`<log>one <value expr="a += 1"/> two <value expr="b += a"/></log>${when('b == 1002')}`))}`,
  ),
  'a value in the content of a recording that is missing is evaluated': one(
    `<var name="x" expr="0"/>
    ${form(`${block('<audio src="gone.wav">flag <value expr="x = 1"/></audio>')}
      ${block(`<if cond="x == 1"><goto next="#second"/></if>${fail()}`)}`)}
    ${form(block('<exit/>'), 'second')}`,
    'flag 1',
  ),
  'a fault in the variables of the root leaves the leaf with its own': {
    files: {
      'main.vxml': vxml(
        `<var name="mine" expr="1"/>${form(block(when('mine == 1')))}`,
        'application="root.vxml"',
      ),
      'root.vxml': document(
        '<catch event="error.semantic"><log>seen</log></catch><var name="x" expr="nowhere"/>',
      ),
    },
  },
}
