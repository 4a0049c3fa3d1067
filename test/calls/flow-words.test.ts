import t from 'tap'
import { titleOf, topicsOf } from '../../src/calls/flow-words.ts'
import { readShippedFlows } from '../support/shipped-flows.ts'

const { flowSet } = await readShippedFlows()

t.test('documents are called by their titles', async (t) => {
  t.equal(titleOf(flowSet, 'hotline/services.vxml'), 'Услуги')
  t.equal(titleOf(flowSet, 'hotline/root.vxml'), null, 'nobody is told that they went through it')
  t.equal(titleOf(flowSet, 'nowhere.vxml'), null)
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
