import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import { drawFlows } from '../../src/flow-files/draw-flow.ts'

const project = resolve(import.meta.dirname, '../..')

const textsIn = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replace(/&#45;/g, '-'),
  )

t.test('dialogs, first words, keys, persons and ends are in the picture', async (t) => {
  const directory = t.testdir({
    'lines.yaml':
      'lines:\n  - { number: "+78005557373", flow: main.vxml }\n  - { number: "+78005557374", flow: main.vxml }\n',
    'main.vxml': `<vxml version="2.1">
      <menu id="menu">
        <prompt>Оператор — нажмите один</prompt>
        <choice dtmf="1" next="#person"/>
        <choice dtmf="2" next="#sub"/>
        <noinput>Пока<exit/></noinput>
      </menu>
      <form id="person"><object classid="builtin:hotline/enqueue"><filled>Никого</filled></object></form>
      <form id="sub"><subdialog src="#asked"/><block>Спасибо<exit/></block></form>
      <form id="asked"><block>Да<return/></block></form>
    </vxml>`,
  })
  const pictures = await drawFlows(directory, null)
  t.strictSame(
    pictures.map(({ number }) => number),
    ['+78005557373', '+78005557374'],
  )
  const texts = textsIn(pictures[0]?.svg ?? '')
  for (const text of ['main.vxml', 'menu', 'person · operator', '1', 'silence', 'end', 'subdialog'])
    t.ok(texts.includes(text), text)
  t.ok(texts.some((text) => text.startsWith('Оператор')))
  t.strictSame(await drawFlows(directory, '+74950000000'), [])
})

t.test('the picture in the documentation is that of the flow', async (t) => {
  const [picture] = await drawFlows(resolve(project, 'ivr-flows'), '+78005557373')
  t.ok(
    picture?.svg === readFileSync(resolve(project, 'docs/flow-graph.svg'), 'utf8'),
    'draw it anew: npm run flows:graph -- --line +78005557373 --out docs/flow-graph.svg',
  )
})
