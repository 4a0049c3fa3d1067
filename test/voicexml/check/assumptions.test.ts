import t from 'tap'
import { codesOf, vxml } from './checked.ts'

const silent = (content: string): boolean =>
  codesOf({ files: { 'main.vxml': vxml(`<form>${content}</form>`) } }).includes('silent-end')

const last = '<block name="last"><if cond="session.x">Пока<exit/></if><exit/></block>'

t.test('both outcomes of a condition are followed where they come together again', async (t) => {
  const first = (ifSo: string, otherwise: string) =>
    `<block><if cond="session.x">${ifSo}</if>${otherwise}</block>${last}`
  t.ok(silent(first('<goto nextitem="last"/>', '<goto nextitem="last"/>')))
  t.notOk(silent(first('<goto nextitem="last"/>', 'Нет<exit/>')), 'only one of them gets there')
})

t.test('after a script a condition may be another', async (t) => {
  const twice = (between: string) =>
    `<var name="x" expr="session.y"/><block><if cond="x">${between}<if cond="x">Пока<exit/></if><exit/></if>Нет<exit/></block>`
  t.ok(silent(twice('<script>x = false</script>')))
  t.notOk(silent(twice('')))
})
