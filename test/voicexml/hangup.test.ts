import t from 'tap'
import { talk } from './support/talk.ts'

t.test('when the caller has hung up, handlers run without input and output', async (t) => {
  const call = talk(`<form id="f"><catch event="connection.disconnect.hangup">Nobody hears this.
      <log label="outcome">gone</log><goto next="#after"/></catch>
      <field name="a" type="digits"><prompt>Key?</prompt></field></form>
    <form id="after"><block>Nor this.<log>after</log></block>
      <field name="b" type="digits"><prompt>Nor this.</prompt></field><block><log>never</log></block></form>`)
  const gone = call.hangup()
  t.same(gone.said, [])
  t.same(gone.logged, ['gone', 'after'])
  t.same(gone.wait, { kind: 'end', how: 'hangup' })
})

t.test('without a handler a hang-up ends the call', async (t) => {
  const gone = talk('<form><field name="a" type="digits"/></form>').hangup()
  t.same(gone.thrown, ['connection.disconnect.hangup'])
  t.same(gone.wait, { kind: 'end', how: 'hangup' })
})

t.test('an error after the hang-up is still the end by hang-up', async (t) => {
  const gone = talk(
    '<form><catch event="connection"><value expr="nothing"/></catch><field name="a" type="digits"/></form>',
  ).hangup()
  t.same(gone.wait, { kind: 'end', how: 'hangup' })
})

t.test('no platform function is asked after the hang-up', async (t) => {
  const gone =
    talk(`<form><catch event="connection"><goto next="#o"/></catch><field name="a" type="digits"/></form>
    <form id="o"><object name="x" classid="builtin:hotline/x"/></form>`).hangup()
  t.same(gone.wait, { kind: 'end', how: 'hangup' })
})

t.test('disconnect says what is queued, then its handlers run in silence', async (t) => {
  const call =
    talk(`<form><catch event="connection.disconnect.hangup">Too late.<log>handled</log></catch>
    <block>Goodbye.<disconnect/></block><field name="a" type="digits"><prompt>Never.</prompt></field></form>`)
  t.same(call.said, ['Goodbye.'])
  t.same(call.logged, ['handled'])
  t.same(call.wait, { kind: 'end', how: 'disconnect' })
})

t.test('exit says what is queued', async (t) => {
  const call = talk('<form><block>Goodbye.<exit/>Never.</block></form>')
  t.same([call.said, call.wait], [['Goodbye.'], { kind: 'end', how: 'exit' }])
})

t.test('a hang-up in a subdialog is caught there', async (t) => {
  const call =
    talk(`<form><catch event="connection"><log>outer</log></catch><subdialog name="s" src="#sub"/></form>
    <form id="sub"><catch event="connection"><log>inner</log></catch><field name="a" type="digits"/></form>`)
  t.same(call.hangup().logged, ['inner'])
})
