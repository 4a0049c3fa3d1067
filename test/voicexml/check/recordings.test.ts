import t from 'tap'
import { findingsOf, vxml } from './checked.ts'

/** What the checker says of speech in a flow of lines that speak these languages. */
const unrecorded = (content: string, languages = ['ru-RU', 'tt-RU']) =>
  findingsOf({
    files: {
      'main.vxml': vxml(`<var name="language" expr="'ru-RU'"/><var name="name" expr="'x'"/>
        <form><block>${content}</block></form>`),
    },
    languages,
  })
    .filter(({ code }) => code === 'unrecorded-speech')
    .map(({ message }) => message)

t.test('a value in a language without a voice is an error unless it is read out', async (t) => {
  t.match(unrecorded('<prompt><value expr="name"/></prompt>'), [/^no voice speaks tt-RU/])
  t.match(unrecorded('<value expr="name"/>'), [/a value has no recording/])
  t.strictSame(unrecorded('<prompt><value expr="name"/></prompt>', ['ru-RU', 'en-US']), [])
  const readOut = '<prompt><say-as interpret-as="number"><value expr="1"/></say-as>.</prompt>'
  t.strictSame(unrecorded(readOut), [])
})

t.test('what replaces a file that is gone may need a voice', async (t) => {
  t.strictSame(unrecorded('<audio expr="name"><value expr="name"/></audio>'), [])
  t.strictSame(unrecorded('<prompt><audio expr="name">Исәнмесез</audio></prompt>'), [])
})

t.test('texts and substitutes are recorded words or errors', async (t) => {
  t.match(unrecorded('<prompt><s>Исәнмесез</s></prompt>'), [/"Исәнмесез" has no recording/])
  t.match(unrecorded('<prompt><sub alias="бик күп">9</sub></prompt>'), [/бик күп/])
  t.strictSame(unrecorded('<prompt>ун минут, <sub alias="биш">5</sub>.</prompt>'), [])
})

t.test('another language inside is another voice', async (t) => {
  const russian = '<voice xml:lang="ru-RU"><value expr="name"/></voice>'
  t.strictSame(unrecorded(`<prompt>${russian}</prompt>`), [])
  t.match(unrecorded('<prompt xml:lang="tt-RU"><value expr="name"/></prompt>', ['ru-RU']), [
    /tt-RU/,
  ])
})

t.test('conditions on the language leave it out, whatever else they ask', async (t) => {
  const value = '<value expr="name"/>'
  const inRussian = "application.language == 'ru-RU'"
  t.strictSame(unrecorded(`<prompt cond="${inRussian}">${value}</prompt>`), [])
  t.strictSame(
    unrecorded(`<if cond="name &amp;&amp; ${inRussian}"><prompt>${value}</prompt></if>`),
    [],
  )
  t.equal(unrecorded(`<if cond="name || ${inRussian}"><prompt>${value}</prompt></if>`).length, 1)
  const branches = (first: string, otherwise: string) =>
    unrecorded(
      `<if cond="${inRussian}">${first}<elseif cond="name == 'x'"/>${otherwise}<else/>${otherwise}</if>`,
    ).length
  t.equal(branches(`<prompt>${value}</prompt>`, ''), 0)
  t.equal(branches('', `<prompt>${value}</prompt>`), 2)
  t.equal(
    unrecorded(`<if cond="language != 'tt-RU'"><else/><prompt>${value}</prompt></if>`).length,
    1,
  )
})
