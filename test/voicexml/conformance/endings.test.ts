import t from 'tap'
import { blockForm } from '../support/case.ts'
import { type Files, type Talk, talk, vxml } from '../support/talk.ts'
import { field } from '../support/verdict.ts'

/** What is left of a call at its end: what was logged, and how it ended. */
const endOf = (call: Talk) => ({
  said: call.said,
  logged: call.logged,
  how: call.wait.kind === 'end' ? call.wait.how : 'goes on',
})

type Ending = {
  readonly files: Files
  readonly said?: readonly string[]
  readonly logged?: readonly string[]
  readonly how?: string
}

const asking = (handlers: string): string => `${handlers}<form>${field('f')}</form>`

const hangUps: Readonly<Record<string, Ending>> = {
  'the handler of a hang-up is taken by any beginning of its name': {
    files: vxml(asking('<catch event="connection"><log expr="_event"/></catch>')),
    logged: ['connection.disconnect.hangup'],
  },
  'after a hang-up the document may go on to another, up to the next input': {
    files: {
      'main.vxml': vxml(
        asking('<catch event="connection.disconnect.hangup"><goto next="b.vxml"/></catch>'),
      ),
      'b.vxml': vxml(
        `<form><block>unheard<log>b</log></block>${field('f')}<block><log>never</log></block></form>`,
      ),
    },
    logged: ['b'],
  },
  'after a hang-up a subdialog may run, and return': {
    files: vxml(
      `${asking('<catch event="connection.disconnect.hangup"><goto next="#end"/></catch>')}
      <form id="end"><subdialog name="s" src="#sub"/><block><log expr="s.v"/></block></form>
      <form id="sub"><var name="v" expr="7"/><block><return namelist="v"/></block></form>`,
    ),
    logged: ['7'],
  },
  'a handler of a hang-up may throw': {
    files: vxml(
      asking(`<catch event="connection.disconnect"><log>one</log><throw event="x"/></catch>
        <catch event="x"><log>two</log></catch>`),
    ),
    logged: ['one', 'two'],
  },
  'a handler that does nothing lets the form go on to its end': {
    files: vxml(`<catch event="connection.disconnect.hangup"><assign name="f" expr="1"/></catch>
      <form>${field('f')}<block><log>after</log></block></form>`),
    logged: ['after'],
  },
  'what prompts do by their expressions is done when nobody hears them': {
    files: vxml(
      asking(`<var name="n" expr="1"/><catch event="connection.disconnect.hangup">unheard <value expr="n = 2"/>
        <prompt cond="n == 2">again <value expr="n += 1"/></prompt><log expr="n"/></catch>`),
    ),
    logged: ['3'],
  },
  'a fault in a prompt that nobody hears is an event': {
    files: vxml(
      asking(`<catch event="error.semantic"><log expr="_event"/></catch>
        <catch event="connection.disconnect.hangup">unheard <value expr="nowhere"/><log>never</log></catch>`),
    ),
    logged: ['error.semantic'],
  },
  'a hang-up in a subdialog is handled there, and an event it returns by the caller': {
    files: vxml(
      `<form><subdialog src="#sub"><catch event="gone"><log>caller</log></catch></subdialog></form>
      <form id="sub"><catch event="connection.disconnect.hangup"><log>sub</log><return event="gone"/></catch>
      ${field('f')}</form>`,
    ),
    logged: ['sub', 'caller'],
  },
}

for (const [title, { files, logged = [], how = 'hangup' }] of Object.entries(hangUps)) {
  t.test(title, async (t) => t.same(endOf(talk(files).hangup()), { said: [], logged, how }))
}

const ends: Readonly<Record<string, Ending>> = {
  'disconnect is caught as a hang-up, wherever it stands': {
    files: vxml(
      `<catch event="connection.disconnect.hangup"><log>main</log></catch>
      <form><block>bye</block><subdialog src="#s"/></form>${blockForm('<disconnect/>', 's')}`,
    ),
    said: ['bye'],
    logged: ['main'],
    how: 'disconnect',
  },
  'a second disconnect, in the handler of the first, is the end': {
    files: vxml(
      `<catch event="connection.disconnect.hangup"><log>once</log><disconnect/></catch>${blockForm('<disconnect/>')}`,
    ),
    logged: ['once'],
    how: 'disconnect',
  },
  'exit in the handler of a disconnect is the end': {
    files: vxml(
      `<catch event="connection.disconnect.hangup"><exit/></catch>${blockForm('bye<disconnect/>')}`,
    ),
    said: ['bye'],
    how: 'disconnect',
  },
  'an event of its own that nobody catches ends the call': {
    files: vxml(blockForm('so far<throw event="my.own"/>')),
    said: ['so far'],
    how: 'failed',
  },
  'an error that nobody catches ends the call': {
    files: vxml(blockForm('so far<assign name="nowhere" expr="1"/>')),
    said: ['so far'],
    how: 'failed',
  },
  'a fault in every handler ends the call': {
    files: vxml(
      `<catch><value expr="nowhere"/></catch>${blockForm('so far<throw event="my.own"/>')}`,
    ),
    said: ['so far'],
    how: 'failed',
  },
}

for (const [title, { files, said = [], logged = [], how }] of Object.entries(ends)) {
  t.test(title, async (t) => t.same(endOf(talk(files)), { said, logged, how }))
}
