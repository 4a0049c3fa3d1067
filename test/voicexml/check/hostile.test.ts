import t from 'tap'
import { codesOf, vxml } from './checked.ts'

const times = (count: number, part: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => part(at)).join('')
const form = (content: string): string => `<form id="f">${content}</form>`
const block = (content: string): string => form(`<block>${content}</block>`)

/** Dialogs whose ways multiply with each of their parts. */
const branched: Readonly<Record<string, string>> = {
  'conditions that each lead out': block(
    times(3000, (at) => `<if cond="session.x${at}"><exit/></if>`),
  ),
  'conditions that each lead to the dialog again': block(
    times(3000, (at) => `<if cond="session.x${at}"><goto next="#f"/></if>`),
  ),
  'one condition with very many alternatives': block(
    `<if cond="session.a">${times(6000, (at) => `<elseif cond="session.x${at}"/>A`)}</if>`,
  ),
  'alternatives that each throw': form(
    `<block><if cond="session.a">${times(3000, (at) => `<elseif cond="session.x${at}"/><throw event="e.x${at}"/>`)}</if></block>`,
  ),
  'items that may each be passed over': form(
    times(3000, (at) => `<block cond="session.x${at}">A</block>`),
  ),
  'items that may each be filled': form(
    times(3000, (at) => `<block expr="session.x${at}">A</block>`),
  ),
  'items that lead to any item': form(
    times(1500, () => '<block><goto expritem="session.z"/></block>'),
  ),
  'events that any handler may take': form(
    times(1500, (at) => `<catch event="e${at}">A</catch>`) +
      times(1500, () => '<block><throw eventexpr="session.e"/></block>'),
  ),
  'many handlers for many items': form(
    times(1500, (at) => `<noinput count="${at + 1}" cond="session.x${at}">A</noinput>`) +
      times(1500, (at) => `<field name="f${at}" type="digits">A</field>`),
  ),
}

for (const [what, content] of Object.entries(branched))
  t.test(`a dialog too branched to be followed is told to be: ${what}`, async (t) => {
    const codes = codesOf({ files: { 'main.vxml': vxml(content) } })
    t.ok(codes.includes('unproved-dialog'), `${codes}`)
    t.notOk(codes.includes('endless-loop'), 'what was not followed is not certain')
  })

t.test('what a dialog leads to is reached though it is too branched to be followed', async (t) => {
  const many = times(3000, (at) => `<if cond="session.x${at}"><exit/></if>`)
  const beside = (rest: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<link dtmf="0" next="#linked"/><catch event="x"><goto next="#caught"/></catch>` +
            `<form><block>${many}${rest}</block></form>` +
            '<form id="linked"/><form id="caught"/><form id="led"/>',
        ),
      },
    }).filter((code) => code === 'unproved-dialog' || code === 'unreachable-dialog')
  t.strictSame(beside('<goto next="#led"/>'), ['unproved-dialog'])
  t.strictSame(beside(''), ['unproved-dialog', 'unreachable-dialog'])
})

t.test('dialogs that are small are proved beside one that is not', async (t) => {
  const many = times(3000, (at) => `<if cond="session.x${at}"><exit/></if>`)
  const codes = codesOf({
    files: {
      'main.vxml': vxml(
        `<form><block>${many}<goto next="#a"/></block></form>` +
          '<form id="a"><block><goto next="#b"/></block></form>' +
          '<form id="b"><block><goto next="#a"/></block></form>',
      ),
    },
  })
  t.ok(codes.includes('endless-loop'), `${codes}`)
})

t.test('a field that takes the keys of very many links tells of some', async (t) => {
  const links = times(200, (at) => `<link dtmf="${at + 1000}" next="#f"/>`)
  const fields = times(20, (at) => `<field name="f${at}" type="digits"/>`)
  t.ok(codesOf({ files: { 'main.vxml': vxml(links + form(fields)) } }).includes('key-shadows-link'))
})
