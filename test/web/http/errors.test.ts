import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import { codeByStatus, errorCodes } from '../../../src/web/http/errors.ts'

const text = readFileSync(resolve(import.meta.dirname, '../../../docs/errors.md'), 'utf8')
const documented = [...text.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (.+) \|$/gm)].map(
  ([, code = '', status = '', meaning = '']) => ({ code, status: Number(status), meaning }),
)

t.test('every code is documented with its meaning, and no other', async (t) => {
  t.strictSame(
    Object.fromEntries(documented.map(({ code, meaning }) => [code, meaning])),
    errorCodes,
  )
})

t.test('the documented statuses are those that are answered', async (t) => {
  t.strictSame(
    new Map(documented.map(({ code, status }) => [status, code])),
    new Map([...codeByStatus].sort(([one], [other]) => one - other)),
  )
})
