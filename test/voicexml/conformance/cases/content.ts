import { type Case, type Cases, when } from '../../support/case.ts'
import { document, fail, field, pass } from '../../support/verdict.ts'

const block = (content: string, before = ''): Case => ({
  files: document(`${before}<form><block>${content}</block></form>`),
})

const throws = (event: string, content: string, before = ''): Case => ({
  files: document(
    `<catch event="${event}">${when(`_event == '${event}'`, '_event')}</catch>${before}
    <form><block>${content}${fail()}</block></form>`,
  ),
})

export const content: Cases = {
  'if, elseif and else': block(
    `<if cond="false">${fail()}<elseif cond="1 == 2"/>${fail()}<elseif cond="'a'"/>${pass}<else/>${fail()}</if>`,
  ),
  'conditions are true or false as ECMAScript has it': block(
    `<if cond="0">${fail()}</if><if cond="''">${fail()}</if><if cond="null">${fail()}</if>
     <if cond="undefined">${fail()}</if><if cond="new Object()">${pass}</if>`,
  ),
  'an if without else passes on': block(`<if cond="false">${fail()}</if>${pass}`),
  'a condition on what is not declared': throws('error.semantic', '<if cond="nowhere == 1"/>'),
  'a condition that is no expression': throws('error.semantic', '<if cond="1 ="/>'),
  'var on something undeclared': throws('error.semantic', '<var name="v" expr="nowhere"/>'),
  'var with a name in a scope': throws('error.semantic', '<var name="dialog.v" expr="1"/>'),
  'assign to something undeclared': throws('error.semantic', '<assign name="nowhere" expr="1"/>'),
  'assign of something undeclared': throws(
    'error.semantic',
    '<var name="v"/><assign name="v" expr="nowhere"/>',
  ),
  'assign of what a missing function gives': throws(
    'error.semantic',
    '<var name="v"/><assign name="v" expr="f(1)"/>',
  ),
  'clear of something undeclared': throws('error.semantic', '<clear namelist="nowhere"/>'),
  'value of something undeclared': throws(
    'error.semantic',
    '<prompt><value expr="nowhere"/></prompt>',
  ),
  'log of something undeclared': throws('error.semantic', '<log expr="nowhere"/>'),
  'a script that throws': throws('error.semantic', '<script>throw new Error("x")</script>'),
  'a script that is no script': throws('error.semantic', '<script>var = 1</script>'),
  'a script that is not there': throws('error.badfetch.http.404', '<script src="none.js"/>'),
  'a script whose address cannot be computed': throws(
    'error.semantic',
    '<script srcexpr="nowhere"/>',
  ),
  'goto to a document that is not there': throws(
    'error.badfetch.http.404',
    '<goto next="none.vxml"/>',
  ),
  'what is not there is told from what is faulty, and both are caught by the beginning of their names':
    {
      files: {
        'main.vxml':
          document(`<form><catch event="error.badfetch.http.404"><goto next="#two"/></catch>
        <block><goto next="none.vxml"/></block></form>
        <form id="two"><catch event="error.badfetch"><goto next="#three"/></catch>
        <block><goto next="none.vxml"/></block></form>
        <form id="three"><catch event="error.badfetch.http">${fail()}</catch>
        <catch event="error.badfetch">${pass}</catch><block><goto next="bad.vxml"/></block></form>`),
        'bad.vxml': '<vxml',
      },
    },
  'goto to a dialog that is not there': throws('error.badfetch', '<goto next="#none"/>'),
  'goto to a dialog that is not in another document': {
    files: {
      'main.vxml': document(`<catch event="error.badfetch">${pass}</catch>
        <form><block><goto next="b.vxml#none"/></block></form>`),
      'b.vxml': document(`<form><block>${fail()}</block></form>`),
    },
  },
  'goto to an item that is not there': throws('error.badfetch', `<goto expritem="'none'"/>`),
  'goto to what cannot be computed': throws('error.semantic', '<goto expr="nowhere"/>'),
  'goto to an item that cannot be computed': throws('error.semantic', '<goto expritem="nowhere"/>'),
  'submit of something undeclared': throws(
    'error.semantic',
    '<submit next="main.vxml" namelist="nowhere"/>',
  ),
  'submit to a document that is not there': throws(
    'error.badfetch.http.404',
    '<submit next="none.vxml"/>',
  ),
  'exit with something undeclared': throws('error.semantic', '<exit namelist="nowhere"/>'),
  'exit with an expression on something undeclared': throws(
    'error.semantic',
    '<exit expr="nowhere"/>',
  ),
  'return where no subdialog is': throws('error.semantic', '<return/>'),
  'return with something undeclared': {
    files: document(`<catch event="error.semantic">${pass}</catch>
      <form><subdialog src="#s"/></form><form id="s"><block><return namelist="nowhere"/></block></form>`),
  },
  'foreach over something that is no array': throws(
    'error.semantic',
    '<foreach item="i" array="7"/>',
  ),
  'foreach over something undeclared': throws(
    'error.semantic',
    '<foreach item="i" array="nowhere"/>',
  ),
  'foreach with an item that cannot be declared': throws(
    'error.semantic',
    '<foreach item="a.b" array="[1]"/>',
  ),
  'foreach over holes, and what is added on the way': block(
    `<var name="a" expr="[1,,3]"/><var name="s" expr="''"/>
     <foreach item="i" array="a"><assign name="s" expr="s + i"/><script>a.push(9)</script></foreach>
     ${when("s == '1undefined3' && i == 3", 's')}`,
  ),
  'foreach in foreach, left by a goto': {
    files: document(`<form><block><var name="s" expr="''"/>
      <foreach item="i" array="[1, 2]"><foreach item="j" array="['a', 'b']">
        <assign name="s" expr="s + i + j"/><if cond="i == 2"><assign name="document.r" expr="s"/><goto next="#b"/></if>
      </foreach></foreach></block></form>
      <form id="b"><block>${when("r == '1a1b2a'", 'r')}</block></form><var name="r"/>`),
  },
  'foreach of nothing': block(`<foreach item="i" array="[]">${fail()}</foreach>${pass}`),
  'foreach in a prompt': {
    files: document(
      `<form><block><prompt><foreach item="i" array="['pa', 'ss']"><value expr="i"/></foreach></prompt></block></form>`,
    ),
  },
  'log changes nothing': block(`<log label="l" expr="1">words <value expr="2"/></log>${pass}`),
  'mark is passed over': {
    files: document('<form><block><prompt>pa<mark name="m"/>ss</prompt></block></form>'),
  },
  'a mark whose name cannot be computed': throws(
    'error.semantic',
    '<prompt>a<mark nameexpr="nowhere"/></prompt>',
  ),
  'exit ends at once, without an event': {
    files: document(`<form><block>pass<exit expr="1 + 2"/>${fail()}</block></form>`),
  },
  'exit in a handler, in filled, in an if': {
    files: document(`<form><catch event="e"><if cond="true">pass<exit/></if></catch>
      ${field('f', '<filled><if cond="true"><throw event="e"/></if></filled>')}</form>`),
    keys: ['1'],
  },
  'text, prompts and values are said in the order they stand': {
    files: document(
      `<var name="a"/><form><block>one <value expr="a = 1"/>. <prompt>two <value expr="a + 1"/></prompt>
        three <if cond="true">four</if> <audio src="none.wav">five</audio></block></form>`,
    ),
    said: 'one 1. two 2 three four five',
  },
  'prompts in handlers are said whatever their count, if their condition holds': {
    files: document(
      `<form>${field(
        'f',
        `<prompt>ask</prompt><noinput><prompt count="1">a</prompt><prompt count="3">b</prompt>
        <prompt count="2" cond="false">c</prompt><reprompt/></noinput>`,
      )}</form>`,
    ),
    keys: ['', ''],
    said: 'a b ask…',
  },
  'a disconnect may name variables': {
    files: document(`<catch event="connection.disconnect.hangup"><log>gone</log></catch>
      <form><block><var name="v" expr="1"/><prompt>pass</prompt><disconnect namelist="v"/>${fail()}</block></form>`),
  },
  'a disconnect with something undeclared': throws(
    'error.semantic',
    '<disconnect namelist="nowhere"/>',
  ),
  'reprompt in a handler plays the prompts of the item that is next, not only those of the same': {
    files: document(
      `<form>${field('f', '<prompt>f</prompt><noinput><assign name="f" expr="1"/><reprompt/></noinput>')}
        ${field('g', '<prompt>g</prompt>')}</form>`,
    ),
    keys: [''],
    said: 'g…',
  },
  'without reprompt a handler that leads to another item leaves it silent': {
    files: document(
      `<form>${field('f', '<prompt>f</prompt><noinput><assign name="f" expr="1"/></noinput>')}
        ${field('g', '<prompt>g</prompt>')}</form>`,
    ),
    keys: [''],
    said: '…',
  },
}
