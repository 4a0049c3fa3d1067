import t from 'tap'
import { generateSchema } from '../support/generate-schema.ts'

t.test('the typed schema is the one that the migrations make', async (t) => {
  await t.resolves(generateSchema(t, true))
})
