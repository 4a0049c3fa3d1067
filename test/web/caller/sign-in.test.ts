import t from 'tap'
import { appPage, codeFor, noCarrier, openAppSocket, signInCaller } from '../../support/app-page.ts'
import { ownPage } from '../../support/console.ts'
import { startTestServer } from '../../support/server.ts'
import { lineNumber, smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()), env: noCarrier })
const { url, database } = server
const page = appPage(server)
const forgetAttempts = () => database.pool.query('delete from caller_attempts')

const wrong = (code: string) => (code === '000000' ? '000001' : '000000')

t.test('the code sent to a number opens a session that the cookie alone carries', async (t) => {
  const phone = '+79161110001'
  const asked = await page.ask('POST', '/code', { phone: '8 (916) 111-00-01', by: 'sms' })
  t.equal(asked.status, 204)
  const code = await codeFor(server, phone)
  t.match(code, /^\d{6}$/)
  const given = await page.ask('POST', '/sign-in', {
    phone,
    code: ` ${code.slice(0, 3)} ${code.slice(3)}`,
  })
  t.equal(given.status, 200)
  t.strictSame(given.body, {
    kind: 'caller',
    phone,
    name: null,
    language: 'ru-RU',
    isProfileShown: false,
    isChatShared: false,
  })
  t.match(
    given.headers.getSetCookie()[0],
    /^hotline-caller=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  t.equal(given.headers.get('cache-control'), 'no-store')
  t.strictSame(await appPage(server, given.cookie).me(), given.body)
  const again = await page.ask('POST', '/sign-in', { phone, code })
  t.equal(again.status, 401, 'once only')
  t.match(again.body, { error: { code: 'wrong-code' } })
  const { rows } = await database.pool.query(
    `select to_jsonb(s)::text || to_jsonb(c)::text || to_jsonb(m)::text as kept
       from caller_sessions s, sign_in_codes c, text_messages m where s.phone = $1`,
    [phone],
  )
  t.ok(rows.length > 0)
  for (const { kept } of rows as { kept: string }[]) {
    t.notOk(kept.includes(code), 'the database does not know the code')
    t.notOk(kept.includes(given.cookie.split('=')[1] ?? ''), 'nor the token')
  }
})

t.test(
  'codes go to subscribers in Russia alone, which follows from the number itself',
  async (t) => {
    for (const phone of ['+79161110002', '+74951234567'])
      t.equal((await page.ask('POST', '/code', { phone, by: 'sms' })).status, 204, phone)
    for (const phone of [
      '112',
      '+18005550100',
      '+88213300000',
      '+78091234567',
      '+79541234567',
      lineNumber,
      'anonymous',
      "' or 1=1 --",
    ]) {
      const answer = await page.ask('POST', '/code', { phone, by: 'call' })
      t.equal(answer.status, 400, phone)
      t.match(answer.body, { error: { code: 'number-not-served' } })
    }
    const { rows } = await database.pool.query(
      `select from text_messages where to_number !~ '^\\+7[49]'`,
    )
    t.equal(rows.length, 0)
  },
)

t.test('nobody learns from an answer whether a number is known here', async (t) => {
  await signInCaller(server, '+79161110003')
  const told = async (phone: string) => {
    const asked = await page.ask('POST', '/code', { phone, by: 'sms' })
    const code = await codeFor(server, phone)
    const tried = await page.ask('POST', '/sign-in', { phone, code: wrong(code) })
    return [asked.status, asked.body, asked.cookie, tried.status, tried.body, tried.cookie]
  }
  t.strictSame(await told('+79161110003'), await told('+79161110004'))
  const never = await page.ask('POST', '/sign-in', { phone: '+79161110099', code: '123456' })
  t.strictSame([never.status, never.body], [401, (await told('+79161110005'))[4]])
  await forgetAttempts()
})

t.test('of fifty requests at once three have a message, all with one code', async (t) => {
  const phone = '+79161110006'
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => page.ask('POST', '/code', { phone, by: 'sms' })),
  )
  t.equal(answers.filter(({ status }) => status === 204).length, 3)
  const refused = answers.filter(({ status }) => status === 429)
  t.equal(refused.length, 47)
  for (const { headers, body } of refused) {
    t.ok(Number(headers.get('retry-after')) > 3000)
    t.match(body, { error: { code: 'too-many' } })
  }
  const { rows } = await database.pool.query(
    `select distinct facts ->> 'codeId' from text_messages where to_number = $1`,
    [phone],
  )
  t.equal(rows.length, 1)
  await forgetAttempts()
})

t.test(
  'one address asks for codes of thirty numbers an hour, others are not hindered',
  async (t) => {
    await database.pool.query(
      `insert into caller_attempts (kind, phone, address)
     select 'code', '+7916222' || lpad(n::text, 4, '0'), '127.0.0.1' from generate_series(1, 30) n`,
    )
    const phone = '+79161110007'
    t.equal((await page.ask('POST', '/code', { phone, by: 'sms' })).status, 429)
    await database.pool.query(`update caller_attempts set address = '203.0.113.7'`)
    t.equal((await page.ask('POST', '/code', { phone, by: 'sms' })).status, 204)
    await forgetAttempts()
  },
)

t.test('a code is guessed at five times, also at once, and then is none', async (t) => {
  const phone = '+79161110008'
  await page.ask('POST', '/code', { phone, by: 'sms' })
  const code = await codeFor(server, phone)
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      page.ask('POST', '/sign-in', { phone, code: String(index).padStart(6, '9') }),
    ),
  )
  for (const { status, body } of guesses)
    t.match({ status, body }, { status: 401, body: { error: { code: 'wrong-code' } } })
  t.equal((await page.ask('POST', '/sign-in', { phone, code })).status, 401)
  await page.ask('POST', '/code', { phone, by: 'sms' })
  const next = await codeFor(server, phone)
  t.not(next, code)
  t.equal((await page.ask('POST', '/sign-in', { phone, code: next })).status, 200)
  await forgetAttempts()
})

t.test('somebody who guesses is seen in the figures', async (t) => {
  for (let guess = 0; guess < 3; guess += 1)
    await page.ask('POST', '/sign-in', { phone: '+79161110020', code: '123456' })
  await signInCaller(server, '+79161110021')
  const figures = await (await fetch(`${url}/metrics`)).text()
  t.match(figures, /^hotline_caller_codes_asked 1$/m)
  t.match(figures, /^hotline_caller_sign_ins_tried 4$/m)
  t.match(figures, /^hotline_caller_sign_in_failure_rate 0.75$/m)
  t.notMatch(figures, /916111/)
  await forgetAttempts()
})

t.test('guesses from one address come to an end', async (t) => {
  await database.pool.query(
    `insert into caller_attempts (kind, phone, address)
     select 'sign-in', '+7916333' || lpad(n::text, 4, '0'), '127.0.0.1' from generate_series(1, 60) n`,
  )
  const phone = '+79161110009'
  await page.ask('POST', '/code', { phone, by: 'sms' })
  const code = await codeFor(server, phone)
  t.equal((await page.ask('POST', '/sign-in', { phone, code })).status, 429)
  await forgetAttempts()
  t.equal((await page.ask('POST', '/sign-in', { phone, code })).status, 200)
})

t.test('a code is over after ten minutes; near its end another one is sent', async (t) => {
  const phone = '+79161110010'
  await page.ask('POST', '/code', { phone, by: 'sms' })
  const first = await codeFor(server, phone)
  await database.pool.query(
    `update sign_in_codes set expires_at = clock_timestamp() + interval '4 minutes' where phone = $1`,
    [phone],
  )
  await page.ask('POST', '/code', { phone, by: 'call' })
  const second = await codeFor(server, phone)
  t.not(second, first)
  await database.pool.query(
    `update sign_in_codes set expires_at = clock_timestamp() where phone = $1`,
    [phone],
  )
  for (const code of [first, second])
    t.equal((await page.ask('POST', '/sign-in', { phone, code })).status, 401)
})

t.test('a page of another origin does nothing here', async (t) => {
  const caller = await signInCaller(server, '+79161110011')
  const { 'x-hotline': _, ...withoutProof } = ownPage(url)
  for (const headers of [
    { ...ownPage(url), origin: 'https://evil.example' },
    { ...ownPage(url), origin: 'null' },
    { ...withoutProof },
    { 'content-type': 'application/json', 'x-hotline': '1', 'sec-fetch-site': 'cross-site' },
  ] as Record<string, string>[])
    for (const [method, path] of [
      ['POST', '/code'],
      ['POST', '/sign-in'],
      ['POST', '/guest'],
      ['POST', '/sign-out'],
      ['PATCH', '/me'],
      ['POST', '/people'],
      ['POST', '/refuse'],
    ] as const) {
      const cookie = caller.cookie
      const answer = await fetch(`${url}/caller${path}`, {
        method,
        headers: { ...headers, cookie },
        body: '{}',
      })
      t.equal(answer.status, 403, `${method} ${path}`)
    }
  t.match(await caller.me(), { kind: 'caller' }, 'still signed in')
})

t.test(
  'a forged, idle or ended session is none, and neither is the one of an operator',
  async (t) => {
    await forgetAttempts()
    const { cookie } = await signInCaller(server, '+79161110012')
    const [, token = ''] = cookie.split('=')
    for (const forged of [
      '',
      'hotline-caller=',
      `hotline-caller=${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      `${cookie}; ${cookie}`,
      `hotline=${token}`,
      `__Host-hotline-caller=${token}`,
    ]) {
      const answer = await appPage(server, forged).ask('GET', '/me')
      t.match(answer, { status: 401, body: { error: { code: 'signed-out' } } }, forged)
    }
    const operator = await fetch(`${url}/operator/me`, { headers: { cookie: `hotline=${token}` } })
    t.equal(operator.status, 401)
    const { rows } = await database.pool.query(
      `update caller_sessions set seen_at = clock_timestamp() - interval '2 hours',
            expires_at = clock_timestamp() + interval '1 hour'
      where phone = '+79161110012' returning id`,
    )
    const used = await appPage(server, cookie).ask('GET', '/me')
    t.match(used.headers.getSetCookie()[0], /Max-Age=2592000/, 'use makes it last')
    const [{ days }] = (
      await database.pool.query(
        `select round(extract(epoch from expires_at - clock_timestamp()) / 86400)::int as days
         from caller_sessions where id = $1`,
        [rows[0].id],
      )
    ).rows
    t.equal(days, 30)
    await database.pool.query(
      `update caller_sessions set expires_at = clock_timestamp() where id = $1`,
      [rows[0].id],
    )
    t.equal((await appPage(server, cookie).ask('GET', '/me')).status, 401)
  },
)

t.test('bodies that are not of the protocol are refused with a reason', async (t) => {
  for (const [path, body] of [
    ['/code', { phone: '+79161110013', by: 'pigeon' }],
    ['/code', { phone: '+79161110013', by: 'sms', admin: true }],
    ['/code', { phone: 'x'.repeat(33), by: 'sms' }],
    ['/sign-in', { phone: '+79161110013', code: 123456 }],
    ['/sign-in', { phone: '+79161110013', code: '1'.repeat(17) }],
    ['/guest', { token: '../../etc/passwd' }],
    ['/guest', {}],
  ] as const)
    t.match(await page.ask('POST', path, body), {
      status: 400,
      body: { error: { code: 'bad-request' } },
    })
})

t.test('who signs out is out, on every node and in every open page', async (t) => {
  const other = await startTestServer(t, {
    flowsDir: t.testdir(smallFlow()),
    database,
    env: noCarrier,
  })
  const caller = await signInCaller(server, '+79161110014')
  const here = await openAppSocket(t, url, caller.cookie)
  const there = await openAppSocket(t, other.url, caller.cookie)
  await Promise.all([here.until('calls'), there.until('calls')])
  t.equal((await caller.ask('POST', '/sign-out')).status, 204)
  t.equal((await here.closed).code, 4401)
  t.equal((await there.closed).code, 4401)
  t.equal((await appPage(other, caller.cookie).ask('GET', '/me')).status, 401)
  await t.rejects(openAppSocket(t, other.url, caller.cookie), /401/)
})

t.test('the socket is for pages of ours alone, and for listening', async (t) => {
  const caller = await signInCaller(server, '+79161110015')
  await t.rejects(openAppSocket(t, url, caller.cookie, 'https://evil.example'), /403/)
  await t.rejects(openAppSocket(t, url, ''), /401/)
  const socket = await openAppSocket(t, url, caller.cookie)
  socket.say('anything')
  t.equal((await socket.closed).code, 1008)
  const first = await openAppSocket(t, url, caller.cookie)
  for (let more = 0; more < 10; more += 1) await openAppSocket(t, url, caller.cookie)
  t.equal((await first.closed).code, 4409, 'a session has ten pages at most')
})

t.test('what is changed on one page is told to the others', async (t) => {
  const caller = await signInCaller(server, '+79161110016')
  const socket = await openAppSocket(t, url, caller.cookie)
  t.strictSame(await socket.until('people'), { type: 'people', items: [] })
  const changed = await caller.ask('PATCH', '/me', {
    name: ' Мария ',
    language: 'tt-RU',
    isProfileShown: true,
  })
  const me = {
    kind: 'caller',
    phone: '+79161110016',
    name: 'Мария',
    language: 'tt-RU',
    isProfileShown: true,
    isChatShared: false,
  }
  t.strictSame(changed.body, me)
  t.strictSame(
    await socket.message(
      (said) => said.type === 'me' && said.me.kind === 'caller' && said.me.name !== null,
    ),
    { type: 'me', me },
  )
  t.match((await caller.ask('PATCH', '/me', { name: null })).body, {
    name: null,
    language: 'tt-RU',
  })
  for (const name of ['', '   ', 'x'.repeat(101), 'Мария\u202e', 'a\u0000b'])
    t.equal((await caller.ask('PATCH', '/me', { name })).status, 400, JSON.stringify(name))
})
