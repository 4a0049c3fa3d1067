import t from 'tap'
import {
  noSessionCookie,
  sessionCookie,
  tokenOfCookies,
} from '../../../src/web/http/session-cookie.ts'

const [plain, secure] = ['http://127.0.0.1:3000', 'https://hotline.example']
const [one, other] = ['A'.repeat(43), 'B'.repeat(43)]

t.test('with https a cookie is of this host alone, and never sent in the clear', async (t) => {
  t.equal(
    sessionCookie(secure, one, 60, 'hotline-caller'),
    `__Host-hotline-caller=${one}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure`,
  )
  t.match(noSessionCookie(secure, 'hotline-caller'), /^__Host-hotline-caller=; Max-Age=0;/)
  t.equal(tokenOfCookies(`hotline-caller=${one}`, secure, 'hotline-caller'), null)
  t.equal(tokenOfCookies(`__Host-hotline-caller=${one}`, secure, 'hotline-caller'), one)
})

t.test('operators and callers are signed in beside each other in one browser', async (t) => {
  const both = `hotline=${one}; hotline-caller=${other}`
  t.equal(tokenOfCookies(both, plain), one)
  t.equal(tokenOfCookies(both, plain, 'hotline-caller'), other)
  t.equal(tokenOfCookies(`hotline-caller=${other}`, plain), null)
  t.equal(tokenOfCookies(`${both}; hotline-caller=${one}`, plain, 'hotline-caller'), null)
})
