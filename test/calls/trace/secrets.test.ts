import t from 'tap'
import { createSecrets } from '../../../src/calls/trace/secrets.ts'

t.test('a secret is replaced as a word of its own, not inside longer numbers', async (t) => {
  const secrets = createSecrets()
  secrets.add('7093')
  t.equal(secrets.mask('code 7093, ticket 170931'), 'code •••, ticket 170931')
  t.equal(secrets.disguise('keys 7093'), 'keys 4321')
})

t.test('each secret has digits of its own, as many as it has', async (t) => {
  const secrets = createSecrets()
  for (const digits of ['7093', '8256', '70931', '1*2#', '7093']) secrets.add(digits)
  t.equal(secrets.disguise('7093 8256 70931 1*2#'), '4321 1111 22222 3*3#')
})

t.test('what is too short to be told from other numbers stays', async (t) => {
  const secrets = createSecrets()
  secrets.add('12')
  secrets.add('')
  t.equal(secrets.mask('12 times'), '12 times')
})
