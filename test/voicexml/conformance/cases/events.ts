import type { Case, Cases } from '../../support/case.ts'
import { vxml } from '../../support/talk.ts'
import { document, fail, field, pass } from '../../support/verdict.ts'

const one = (body: string, keys: readonly string[] = [], said = 'pass'): Case => ({
  files: document(body),
  keys,
  said,
})

/** Without the handler that makes other events a failure: the platform's own are wanted. */
const plain = (body: string, keys: readonly string[], said: string): Case => ({
  files: vxml(body),
  keys,
  said,
})

const form = (body: string): string => `<form>${body}</form>`

export const events: Cases = {
  'a handler without a goto lets the form go on with the next item': one(
    `<var name="x" expr="0"/><catch event="one"><assign name="x" expr="1"/></catch>
      ${form(`<block><throw event="one"/>${fail()}</block>
      <block><if cond="x == 1">${pass}<else/>${fail()}</if></block>`)}`,
  ),
  'the second time a block throws, the handler for the second time takes it': one(
    `<var name="n" expr="0"/>
      <catch event="a.b"><assign name="n" expr="n + 1"/><assign name="first" expr="undefined"/></catch>
      <catch event="a.b" count="2"><if cond="n == 1">${pass}<else/>${fail('n')}</if></catch>
      ${form(`<block name="first"><throw event="a.b"/></block><block>${fail()}</block>`)}`,
  ),
  'a handler with a higher count waits until its count is reached, in whatever scope': one(
    `<noinput count="3">${pass}</noinput>
      ${form(field('f', '<noinput>once</noinput>'))}`,
    ['', '', ''],
  ),
  'a handler for a longer name does not take the shorter one': one(
    `<catch event="a"> ${pass}</catch><catch event="a.b">${fail()}</catch>
      ${form('<block><throw event="a"/></block>')}`,
  ),
  'two events with a beginning in common count together for it, and alone for themselves': one(
    `<catch event="e.y" count="2">${fail()}</catch><catch event="e" count="2">${pass}</catch>
      ${form(`<block name="b"><throw event="e.x"/></block>
      <catch event="e" cond="_event == 'e.x'"><throw event="e.y"/></catch>`)}`,
  ),
  'counters of a field start again when its form is entered again': one(
    `<var name="n" expr="0"/>
      <form id="a">${field(
        'f',
        `<noinput count="1"><assign name="n" expr="n + 1"/><if cond="n == 2">${pass}</if><goto next="#a"/></noinput>
         <noinput count="2">${fail()}</noinput>`,
      )}</form>`,
    ['', ''],
  ),
  'events of one field do not count for another': one(
    form(
      `<noinput count="2">${fail()}</noinput>
      ${field('f', '<noinput><assign name="f" expr="1"/></noinput>')}
      ${field('g', `<noinput>${pass}</noinput>`)}`,
    ),
    ['', ''],
  ),
  'several names in one handler, parted by any white space': one(
    `<catch event="noinput
        nomatch	help">${pass}</catch>${form(field('f'))}`,
    ['9'],
  ),
  'a handler may have the count of several events, each with its own': one(
    `<var name="n" expr="0"/><catch event="noinput nomatch" count="2"><if cond="n == 2">${pass}<else/>${fail('n')}</if></catch>
      <catch event="noinput nomatch"><assign name="n" expr="n + 1"/></catch>${form(field('f'))}`,
    ['', '9', ''],
  ),
  'the condition of a handler sees the event': one(
    `<catch cond="_event == 'my.event'">${pass}</catch>${form('<block><throw event="my.event"/></block>')}`,
  ),
  'a condition that does not hold leaves the event to the next scope': one(
    `<catch event="my">${pass}</catch>
      ${form(`<catch event="my" cond="false">${fail()}</catch><block><throw event="my"/></block>`)}`,
  ),
  'what a handler throws is caught where the first event was': one(
    form(
      `<catch event="two">${fail()}</catch>
      ${field('f', `<noinput><throw event="two"/></noinput><catch event="two">${pass}</catch>`)}`,
    ),
    [''],
  ),
  'a message goes with the event, or is undefined': one(
    `<catch event="a"><if cond="_message != undefined">${fail()}</if><throw event="b" message="words"/></catch>
      <catch event="b"><if cond="_message == 'words'"><throw eventexpr="'c' + '.d'" messageexpr="_message + '!'"/></if></catch>
      <catch event="c.d"><if cond="_message == 'words!'">${pass}</if></catch>
      ${form('<block><throw event="a"/></block>')}`,
  ),
  'an event that cannot be computed is error.semantic': one(
    `<catch event="error.semantic">${pass}</catch>${form('<block><throw eventexpr="nowhere"/></block>')}`,
  ),
  'help has nothing to say by itself but the prompts again': plain(
    `${form(`${field('f', `<prompt count="1">first</prompt><prompt count="2">pass</prompt>`)}
      <link dtmf="7" event="help"/>`)}<catch event="error">${fail()}</catch>`,
    ['7'],
    'pass…',
  ),
  'cancel does nothing, and nothing is said': plain(
    form(`${field('f', '<prompt>again</prompt>')}<link dtmf="7" event="cancel"/>`),
    ['7'],
    '…',
  ),
  'exit ends the call': one(
    form(`${field('f', '<prompt>again</prompt>')}<link dtmf="7" event="exit"/>`).replace(
      '<form>',
      '<catch event="exit"><prompt>pass</prompt><exit/></catch><form>',
    ),
    ['7'],
  ),
  'an error in a guard is an event of the form': one(
    `<catch event="error.semantic">${pass}</catch>${form('<block cond="nowhere">no</block>')}`,
  ),
  'an error in the expression of an item is caught while the form begins': one(
    form(
      `<catch event="error.semantic">${pass}</catch><block name="b" expr="nowhere">${fail()}</block>`,
    ),
  ),
  'a throw in filled stops the filled that follow': one(
    form(
      `<catch event="stop">${pass}</catch>
      ${field('f', '<filled><throw event="stop"/></filled>')}
      <filled>${fail()}</filled>`,
    ),
    ['1'],
  ),
  'the handlers of a subdialog item take the event it returns': one(
    `<catch event="one">${fail()}</catch>
      <form><subdialog name="s" src="#sub"><catch event="one">${pass}</catch>
        <filled>${fail()}</filled></subdialog></form>
      <form id="sub"><block><return event="one"/></block></form>`,
  ),
  'a returned event leaves the item unfilled, to be visited again': one(
    `<var name="n" expr="0"/>
      <form><catch event="one"><assign name="n" expr="n + 1"/><if cond="n == 2">${pass}</if></catch>
      <subdialog name="s" src="#sub"/></form>
      <form id="sub"><block><return eventexpr="'one'" messageexpr="'m'"/></block></form>`,
  ),
  'handlers of the form take events of a block, the item and form being one place': one(
    `<catch event="x">${fail()}</catch>${form(
      `<block><throw event="x"/></block><catch event="x">${pass}</catch>`,
    )}`,
  ),
  'variables of a handler are its own': one(
    `<catch event="x"><var name="mine" expr="1"/><goto next="#b"/></catch>
      <form><block><throw event="x"/></block></form>
      <form id="b"><block><if cond="typeof mine == 'undefined'">${pass}<else/>${fail()}</if></block></form>`,
  ),
  'what follows the throw in a handler is not executed': one(
    `<catch event="x"><throw event="y"/>${fail()}</catch><catch event="y">${pass}</catch>
      ${form('<block><throw event="x"/></block>')}`,
  ),
}
