import t from 'tap'
import { talk } from './support/talk.ts'

t.test('a form visits its items in document order, each until it has a value', async (t) => {
  const call = talk(`<form>
    <block>Hello.</block>
    <field name="a" type="digits?length=1"><prompt>First?</prompt></field>
    <field name="b" type="digits?length=1"><prompt>Second?</prompt></field>
    <block>You said <value expr="a"/> and <value expr="b"/>.</block>
  </form>`)
  t.same(call.said, ['Hello.', 'First?'])
  t.match(call.wait, { kind: 'input', maxDigits: 1, position: 'main.vxml##1/a' })
  const second = call.press('4')
  t.same(second.said, ['Second?'])
  const end = second.press('2')
  t.same(end.said, ['You said 4 and 2.'])
  t.same(end.wait, { kind: 'end', how: 'exit' })
  t.equal(end.turn.session, null)
})

t.test('an item whose condition does not hold is passed over until it does', async (t) => {
  const call = talk(`<form>
    <var name="ready" expr="false"/>
    <block cond="ready">Now.</block>
    <block>First.<assign name="ready" expr="true"/></block>
  </form>`)
  t.same(call.said, ['First.', 'Now.'])
})

t.test('an item with a value from the beginning is not visited', async (t) => {
  const call = talk(`<form>
    <field name="a" expr="'known'" type="digits"><prompt>Never.</prompt></field>
    <block><value expr="a"/></block>
  </form>`)
  t.same(call.said, ['known'])
})

t.test('filled of an item and of the form run in document order', async (t) => {
  const call = talk(`<form>
    <filled><log>form first</log></filled>
    <field name="a" type="digits?length=1"><filled><log>item</log></filled></field>
    <filled mode="any"><log>form last</log></filled>
  </form>`)
  t.same(call.press('1').logged, ['form first', 'item', 'form last'])
})

t.test('filled with mode all waits for all of its items, mode any for one', async (t) => {
  const call = talk(`<form>
    <field name="a" type="digits?length=1"/>
    <field name="b" type="digits?length=1"/>
    <filled namelist="a b"><log>both</log></filled>
    <filled namelist="a b" mode="any"><log>any</log></filled>
  </form>`)
  const second = call.press('1')
  t.same(second.logged, ['any'])
  t.same(second.press('1').logged, ['both', 'any'])
})

t.test('goto nextitem visits the item even when it has a value', async (t) => {
  const call = talk(`<form>
    <block name="again">Again.</block>
    <field name="a" type="digits?length=1">
      <prompt>Key?</prompt>
      <filled><if cond="a == '9'"><goto nextitem="again"/></if></filled>
    </field>
    <block>End.</block>
  </form>`)
  t.same(call.press('9').said, ['Again.', 'End.'])
})

t.test('goto nextitem to an item that is not there is error.badfetch', async (t) => {
  const call = talk(`<form><catch event="error.badfetch">Caught.</catch>
    <block><goto nextitem="nowhere"/></block></form>`)
  t.same(call.said, ['Caught.'])
})

t.test('counters of prompts begin anew with the form, not with goto nextitem', async (t) => {
  const call = talk(`<form id="f">
    <field name="a" type="digits?length=1">
      <prompt count="1">One.</prompt><prompt count="2">Two.</prompt>
      <filled>
        <if cond="a == '1'"><clear namelist="x"/><assign name="a" expr="undefined"/><goto nextitem="a"/>
        <elseif cond="a == '2'"/><goto next="#f"/>
        </if>
      </filled>
    </field>
    <var name="x"/>
  </form>`)
  t.same(call.said, ['One.'])
  t.same(call.press('1').said, ['Two.'])
  t.same(call.press('1').press('2').said, ['One.'])
})

t.test('clear gives an item back its first prompt', async (t) => {
  const call = talk(`<form>
    <field name="a" type="digits?length=1">
      <prompt count="1">One.</prompt><prompt count="2">Two.</prompt>
      <filled><clear namelist="a"/></filled>
    </field>
  </form>`)
  t.same(call.press('1').said, ['One.'])
})

t.test('clear means the variable in scope, which need not be the item of that name', async (t) => {
  const call = talk(`<form><field name="a" expr="1"/>
    <block><var name="a" expr="2"/><clear namelist="a"/><value expr="a"/>, <value expr="dialog.a"/></block>
    <block><value expr="a"/><exit/></block></form>`)
  t.same(call.said, ['undefined, 1', '1'])
})

t.test('a form grammar fills all items whose slots it names', async (t) => {
  const call = talk(`<form>
    <grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r" scope="public">
      <item>1<tag>out.from = 'Kazan'; out.to = 'Perm';</tag></item></rule></grammar>
    <field name="from" type="digits?length=2"><prompt>From?</prompt></field>
    <field name="target" slot="to" type="digits?length=2"><prompt>To?</prompt></field>
    <filled><value expr="from"/> <value expr="target"/> <value expr="target$.utterance"/></filled>
  </form>`)
  t.same(call.press('1').said, ['Kazan Perm 1'])
})

t.test('a modal field hears nothing but its own grammar', async (t) => {
  const body = (modal: string) => `<link dtmf="9" event="away"/><catch event="away">Away.</catch>
    <form><field name="a" modal="${modal}" type="digits?length=2"/></form>`
  t.same(talk(body('false')).press('9').thrown, ['away'])
  t.same(talk(body('true')).press('9').thrown, ['nomatch'])
})

t.test('shadow variables and application.lastresult$ tell how an item was filled', async (t) => {
  const call = talk(`<form><field name="a" type="boolean"/>
    <block><value expr="typeof a + a"/> <value expr="a$.utterance + a$.inputmode + a$.confidence"/>
    <value expr="application.lastresult$.utterance + application.lastresult$[0].interpretation + application.lastresult$.length"/>
    </block></form>`)
  t.same(call.press('1').said, ['booleantrue 1dtmf1 1true1'])
})

t.test('what matches nothing is kept in lastresult$ for the handler of nomatch', async (t) => {
  const call = talk(`<form><field name="a" type="boolean">
    <nomatch>Not <value expr="application.lastresult$.utterance"/>.</nomatch></field></form>`)
  t.same(call.press('7').said, ['Not 7.'])
})

t.test('a field that hears nothing at all is error.semantic', async (t) => {
  t.same(talk('<form><field name="a"/></form>').thrown, ['error.semantic'])
})

t.test('secret digits are not in the events', async (t) => {
  const call = talk(`<form><field name="code" type="digits?length=4">
    <property name="hotline.secret" value="true"/></field></form>`)
  t.match(call.press('1234').events, [
    { type: 'input', dialog: '#1', item: 'code', digits: null, outcome: 'match' },
  ])
})

t.test('a wait tells document, dialog and item, where the item has a name', async (t) => {
  const call = talk({
    'main.vxml': `<form id="f"><field type="digits?length=1"><filled><goto next="sub/m.vxml"/></filled></field></form>`,
    'sub/m.vxml':
      '<menu id="m"><choice dtmf="1" next="#g">on</choice></menu><form id="g"><field name="x" type="digits"/></form>',
  })
  const menu = call.press('5')
  const waits = [call, menu, menu.press('1')].map(({ wait }) => wait)
  t.match(waits, [
    { position: 'main.vxml#f' },
    { position: 'sub/m.vxml#m' },
    { position: 'sub/m.vxml#g/x' },
  ])
})
