import t from 'tap'
import {
  hashPassword,
  isPassword,
  newPassword,
  passwordFault,
} from '../../src/operators/password.ts'

t.test('a password that is easily guessed is refused with the reason', async (t) => {
  for (const [password, reason] of [
    ['short', /shorter/],
    ['a'.repeat(129), /longer/],
    ['abababababababab', /different/],
    ['my name is Anna!', /login/],
  ] as const)
    t.match(passwordFault(password, 'anna'), reason)
  for (const password of ['Синий-трамвай-42', 'correct horse battery', '🐎🔋📎✂️🚋🗝️☎️📞🏠🌲🌳🌴'])
    t.equal(passwordFault(password, 'anna'), null, password)
  t.equal(passwordFault(newPassword(), 'anna'), null)
})

t.test('a hash is of the PHC form, with its own salt, and knows its password alone', async (t) => {
  const hash = await hashPassword('Синий-трамвай-42')
  t.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  t.not(await hashPassword('Синий-трамвай-42'), hash)
  t.equal(await isPassword('Синий-трамвай-42', hash), true)
  t.equal(await isPassword('Синий-трамвай-42'.normalize('NFD'), hash), true)
  t.equal(await isPassword('синий-трамвай-42', hash), false)
  t.equal(await isPassword('', hash), false)
})

t.test('hashes of another cost are read; without one the answer is no', async (t) => {
  // From the reference implementation: argon2 somesalt -id -t 2 -m 16 -p 1
  const known =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  t.equal(await isPassword('password', known), true)
  t.equal(await isPassword('passwort', known), false)
  t.equal(await isPassword('password', null), false)
  await t.rejects(isPassword('password', 'plain'), /PHC/)
})
