import t from 'tap'
import { stationOf, topicsOf } from '../../src/calls/flow-words.ts'
import { readShippedFlows } from '../support/shipped-flows.ts'

const { flowSet } = await readShippedFlows()

t.test('the way of a caller is told by what asked them something', async (t) => {
  const station = (document: string, dialog: string) =>
    stationOf(flowSet, `hotline/${document}.vxml`, dialog)
  t.equal(station('services', 'menu'), 'Услуги')
  t.equal(station('doctors', 'menu'), 'Медицинские советы')
  t.equal(station('status', 'status'), 'Статус заявления')
  for (const passed of ['welcome', 'greeting', 'news'])
    t.equal(station('main', passed), null, passed)
  t.equal(station('operator', 'operator'), null, 'that the call is with an operator is seen')
  t.equal(station('root', 'menu'), null, 'nobody is told that they went through it')
  t.equal(station('nowhere', 'menu'), null)
})

t.test(
  'topics are those that the flows note, in order, with the title of where they do',
  async (t) => {
    const topics = topicsOf(flowSet)
    t.strictSame([...topics.keys()], [...topics.keys()].toSorted())
    t.equal(topics.get('services'), 'Услуги')
    t.equal(topics.get('services/passport'), 'Загранпаспорт')
    t.ok(topics.has('emergency'))
  },
)
