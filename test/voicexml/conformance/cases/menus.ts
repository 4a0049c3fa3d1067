import { type Case, type Cases, when } from '../../support/case.ts'
import { vxml } from '../../support/talk.ts'
import { document, fail, field, pass } from '../../support/verdict.ts'

const one = (body: string, keys?: readonly string[], said?: string): Case => ({
  files: document(body),
  ...(keys ? { keys } : {}),
  ...(said === undefined ? {} : { said }),
})

const good = `<form id="good"><block>${pass}</block></form>`
const bad = `<form id="bad"><block>${fail()}</block></form>`

export const menus: Cases = {
  'a choice leads to a dialog, by an expression too': one(
    `<menu><choice dtmf="1" next="#bad"/><choice dtmf="2" expr="'#go' + 'od'"/></menu>${bad}${good}`,
    ['2'],
  ),
  'a choice throws, by an expression too': one(
    `<menu><choice dtmf="1" eventexpr="'my.' + 'event'" messageexpr="1 + 1"/></menu>
      <catch event="my.event">${when("_message == '2'", '_message')}</catch>`,
    ['1'],
  ),
  'the event of a choice is caught in its menu': one(
    `<catch event="e">${fail()}</catch>
      <menu><choice dtmf="1" event="e"/><catch event="e">${pass}</catch></menu>`,
    ['1'],
  ),
  'a choice that leads nowhere is error.badfetch in its menu': one(
    `<menu><choice dtmf="1" next="#none"/><catch event="error.badfetch">${pass}</catch></menu>`,
    ['1'],
  ),
  'keys are given from 1 on to choices that have none': one(
    `<menu dtmf="true"><choice dtmf="0" next="#bad">zero</choice><choice next="#bad">one</choice>
      <choice next="#good">two</choice><choice dtmf="*" next="#bad">star</choice></menu>${bad}${good}`,
    ['2'],
  ),
  'choices are enumerated in their order': one(
    `<menu dtmf="true"><prompt>So: <enumerate/></prompt><choice next="#bad">alpha</choice>
      <choice next="#good">bravo</choice></menu>${bad}${good}`,
    [],
    'So: alpha: press 1. bravo: press 2.…',
  ),
  'a template says what is said of each choice': one(
    `<menu dtmf="true"><prompt><enumerate>For <value expr="_prompt"/>, press <value expr="_dtmf"/>. </enumerate></prompt>
      <choice next="#bad">alpha</choice><choice next="#good">bravo</choice></menu>${bad}${good}`,
    [],
    'For alpha, press 1. For bravo, press 2.…',
  ),
  'choices are enumerated in a handler of the document': {
    files: vxml(
      `<noinput><enumerate/></noinput><noinput count="2"><exit/></noinput>
        <menu><choice dtmf="1" next="#a">alpha</choice><choice dtmf="2" next="#a">bravo</choice></menu>`,
    ),
    keys: [''],
    said: 'alpha: press 1. bravo: press 2.…',
  },
  'choices without keys are for those who speak, and wait for them': one(
    `<menu><choice next="#bad">alpha</choice><choice next="#bad">bravo</choice>
      <noinput>${pass}</noinput></menu>${bad}`,
    [''],
  ),
  'options without keys are for those who speak, and wait for them': one(
    `<form><field name="f"><option value="a">alpha</option><noinput>${pass}</noinput></field></form>`,
    [''],
  ),
  'prompts, properties, handlers and a script of a menu': one(
    `<menu id="m"><property name="timeout" value="2s"/><prompt>ask</prompt><choice dtmf="1" next="#good"/>
      <nomatch>no such <reprompt/></nomatch></menu>${good}`,
    ['9'],
    'no such ask…',
  ),
  'tapered prompts of a menu': one(
    `<menu><prompt>one</prompt><prompt count="2">two</prompt><choice dtmf="1" next="#good"/>
      <noinput><reprompt/></noinput></menu>${good}`,
    [''],
    'two…',
  ),
  'a menu entered again counts from one': one(
    `<menu id="m"><prompt>one</prompt><prompt count="2">two</prompt><choice dtmf="1" next="#m"/>
      <noinput><reprompt/></noinput></menu>`,
    ['', '1'],
    'one…',
  ),
  'options fill with their value, or their text': one(
    `<form><field name="f"><option dtmf="1" value="v">alpha</option><option dtmf="2"> bravo
       boy </option></field><field name="g"><option dtmf="1" value="v">alpha</option></field>
      <filled>${when("f == 'bravo boy' && g == 'v'")}</filled></form>`,
    ['2', '1'],
  ),
  'options are enumerated like choices': one(
    `<form><field name="f"><prompt><enumerate/></prompt><option dtmf="1">alpha</option>
      <option dtmf="2">bravo</option></field></form>`,
    [],
    'alpha: press 1. bravo: press 2.…',
  ),
  'enumerate where there is nothing to enumerate says nothing': one(
    `<form><block>pass<enumerate/></block></form>`,
    [],
    'pass',
  ),
  'a link of the document is heard in its dialogs, one of a form only there': one(
    `<link dtmf="8" next="#good"/><form><link dtmf="9" next="#bad"/>
      ${field('f', '<filled><goto next="#two"/></filled>')}</form>
      <form id="two">${field('g', '<nomatch>not here</nomatch>')}</form>${bad}${good}`,
    ['1', '9', '8'],
  ),
  'a link of a field is heard in that field only': one(
    `<form>${field('f', '<link dtmf="9" event="on"/><catch event="on"><assign name="f" expr="1"/></catch>')}
      ${field('g', `<nomatch>${pass}</nomatch>`)}</form>`,
    ['9', '9'],
  ),
  'a link throws where the caller is': one(
    `<link dtmf="9" eventexpr="'on'" message="m"/><catch event="on">${fail()}</catch>
      <form>${field('f', `<catch event="on">${when("_message == 'm'")}</catch>`)}</form>`,
    ['9'],
  ),
  'a link by a grammar, and by an expression': one(
    `<link expr="'#good'"><grammar mode="dtmf" version="1.0" root="r"><rule id="r">9 9</rule></grammar></link>
      <form>${field('f')}</form>${good}`,
    ['99'],
  ),
  'a link that leads nowhere is error.badfetch where the caller is': one(
    `<link dtmf="9" next="none.vxml"/>
      <form>${field('f', `<catch event="error.badfetch">${pass}</catch>`)}</form>`,
    ['9'],
  ),
  'a link of a menu leaves it': one(
    `<menu><link dtmf="9" next="#good"/><choice dtmf="1" next="#bad"/></menu>${bad}${good}`,
    ['9'],
  ),
  'a choice of a menu with document scope is heard in a form': one(
    `<form>${field('f')}</form><menu scope="document"><choice dtmf="9" next="#good"/></menu>${good}`,
    ['9'],
  ),
  'what a choice throws elsewhere is caught in its menu': one(
    `<form><catch event="e">${fail()}</catch>${field('f')}</form>
      <menu scope="document"><choice dtmf="9" event="e"/><catch event="e">${pass}</catch></menu>`,
    ['9'],
  ),
  'of two choices with one key the first is taken': one(
    `<menu><choice dtmf="1" next="#good"/><choice dtmf="1" next="#bad"/></menu>${good}${bad}`,
    ['1'],
  ),
  'the choice of two keys is heard whole': one(
    `<menu><choice dtmf="1" next="#bad"/><choice dtmf="1 2" next="#good"/></menu>${good}${bad}`,
    ['12'],
  ),
}
