import t from 'tap'
import { verdict } from '../support/verdict.ts'
import { families } from './cases/families.ts'

for (const [family, cases] of Object.entries(families)) {
  t.test(family, async (t) => {
    for (const [title, { files, keys, said = 'pass' }] of Object.entries(cases)) {
      t.equal(verdict(files, keys), said, title)
    }
  })
}
