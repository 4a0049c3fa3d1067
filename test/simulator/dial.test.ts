import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { readFlowFolder } from '../../src/flow-files/read-flow-folder.ts'
import { createLogger } from '../../src/logging.ts'
import { startServer } from '../../src/server.ts'
import { type DialOptions, runDial } from '../../src/simulator/dial.ts'
import { readDialCommand } from '../../src/simulator/dial-script.ts'
import { dialTexts } from '../../src/simulator/dial-texts.ts'
import { traceLines } from '../../src/simulator/dial-trace.ts'
import { testDatabase } from '../support/database.ts'
import { purePhone } from '../support/pure-phone.ts'
import { smallFlow } from '../support/small-flow.ts'
import { parseTranscript, perform } from '../support/transcript.ts'

const adminToken = 'administrator-of-the-terminal-phone'
const flowsDir = t.testdir({
  ...smallFlow(),
  // Two seconds of silence are as good as five.
  'main.vxml': smallFlow()['main.vxml'].replace(
    '<catch',
    '<property name="timeout" value="2s"/><catch',
  ),
})
const read = readConfig({
  PORT: '0',
  DATABASE_URL: (await testDatabase(t)).url,
  FLOWS_DIR: flowsDir,
  FLOWS_CHECK: 'off',
  ADMIN_TOKEN: adminToken,
  LOG_LEVEL: 'silent',
})
if ('faults' in read) throw new Error(read.faults.join('\n'))
const started = await startServer(read.config, createLogger('silent'))
if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
const { server } = started
t.teardown(server.close)

const dialled = async (script: string, options: Partial<DialOptions> = {}) => {
  const input = new PassThrough()
  input.end(script)
  const output = new PassThrough()
  const code = await runDial({ url: server.url, input, output, ...options })
  output.end()
  return { code, said: await text(output) }
}

const plain = { trace: { colour: false } }

t.test('a traced call shows where it is and what it does, turn by turn', async (t) => {
  const { code, said } = await dialled('3\nhang up\n', plain)
  t.equal(code, 0)
  t.match(said, '  #0   dialog    main.vxml#menu\n')
  t.match(said, '       waits     main.vxml#menu/choice, 1 key, 2 s\n')
  t.match(
    said,
    '< 3\n  #1   input     menu/choice 3 match\n       log       outcome closed-hours\n',
  )
  t.match(said, '  #2   event     connection.disconnect.hangup in menu\n')
  t.match(said, '       waits     end: hangup\n')
})

t.test('a recorded call is a golden conversation that passes at once', async (t) => {
  const created = await server.app.inject({
    method: 'POST',
    url: '/api/cases',
    headers: { authorization: `Bearer ${adminToken}` },
    payload: { phone: '+79161234567', service: 'passport' },
  })
  const { number, accessCode } = created.json() as { number: string; accessCode: string }
  const keys = number.replace(/\D/g, '')
  const file = join(t.testdir(), 'status-after-silence.txt')
  const { code, said } = await dialled(`wait\n2\nkeys ${keys}#\n${accessCode}\n1\n`, {
    record: { file, force: false },
    from: 'anonymous',
  })
  t.equal(code, 0)
  t.match(said, `Recorded in ${file}, turns: 6.`)
  const recorded = readFileSync(file, 'utf8')
  t.match(recorded, /^Status after silence\nat \d{4}-\d\d-\d\d \d\d:\d\d Europe\/Moscow\n/)
  t.match(recorded, `\ngiven case ${keys} code 4321 state registered expected `)
  t.match(recorded, '\ncall anonymous -> +78005557373\n')
  t.same(recorded.match(/^(?:keys .*|silence|hang-up)$/gm), [
    'silence',
    'keys 2',
    `keys ${keys}`,
    'keys 4321',
    'keys 1',
  ])
  const { flowSet } = buildFlowSet(await readFlowFolder(flowsDir), contentHash)
  t.equal(await perform(parseTranscript(recorded), purePhone(flowSet)), recorded)

  const kept = await dialled('1\n', { record: { file, force: false }, locale: 'ru_RU.UTF-8' })
  t.equal(kept.code, 1)
  t.match(kept.said, 'уже есть')
  t.equal(readFileSync(file, 'utf8'), recorded)
  const forced = await dialled('1\n', { record: { file, force: true } })
  t.equal(forced.code, 0)
  t.match(readFileSync(file, 'utf8'), 'keys 1\n  say ')
})

t.test('a call that is broken off is recorded with its hang-up', async (t) => {
  const stop = new AbortController()
  const output = new PassThrough()
  const file = join(t.testdir(), 'broken-off.txt')
  const over = runDial({
    url: server.url,
    input: new PassThrough(),
    output,
    signal: stop.signal,
    record: { file, force: false },
  })
  output.on('data', (chunk) => {
    if (String(chunk).startsWith('>')) stop.abort()
  })
  t.equal(await over, 0)
  t.match(readFileSync(file, 'utf8'), /hang-up\n {2}log hangup handled\n {2}ends hangup\n$/)
})

t.test('a line of the script that means nothing hangs up and fails', async (t) => {
  const { code, said } = await dialled('3\nthree\n')
  t.equal(code, 1)
  t.match(said, '! The line "three" is no command.')
  t.match(said, 'You hung up.')
})

t.test(
  'nothing is dialled for a file that cannot be written, and none is left without a call',
  async (t) => {
    const folder = t.testdir()
    const file = join(folder, 'no', 'such', 'folder.txt')
    t.match((await dialled('', { record: { file, force: true } })).said, 'There is no folder')
    const unused = join(folder, 'unused.txt')
    const record = { file: unused, force: false }
    const { code, said } = await dialled('', { record, number: '+70000000000' })
    t.equal(code, 1)
    t.match(said, 'There was nothing to record')
    t.throws(() => readFileSync(unused))
  },
)

t.test('a script is keys, waiting and hanging up', async (t) => {
  const keys = (typed: string) => ({ kind: 'keys', keys: typed })
  for (const [line, command] of [
    ['1', keys('1')],
    [' 2026 000001# ', keys('2026000001#')],
    ['keys *0', keys('*0')],
    ['', { kind: 'wait' }],
    ['Wait\r', { kind: 'wait' }],
    ['silence', { kind: 'wait' }],
    ['hang up', { kind: 'hang-up' }],
    ['hang-up', { kind: 'hang-up' }],
    ['h', { kind: 'hang-up' }],
    ['speak 7 s', { kind: 'speak', seconds: 7, ending: '' }],
    ['speaks 7 s then #', { kind: 'speak', seconds: 7, ending: '#' }],
    ['speak 7 then hang up', { kind: 'speak', seconds: 7, ending: 'hang-up' }],
    ['speak', null],
    ['keys', null],
    ['one', null],
    ['1 wait', null],
  ] as const)
    t.same(readDialCommand(line), command, line)
})

t.test('a trace is dim where there are colours, and cannot steer the terminal', async (t) => {
  const turn = {
    callSid: 'CA1',
    turn: 12,
    steps: [
      { kind: 'log', text: 'note \u001b[2J first\nsecond' },
      { kind: 'unnamed', text: 'https://example.org' },
    ],
    transcript: { at: '', givens: [], lines: [] },
  }
  t.same(traceLines(turn, dialTexts('en'), false), [
    '  #12  log       note [2J first second',
    '       unnamed   https://example.org',
  ])
  t.same(traceLines(turn, dialTexts('ru'), true), [
    '\u001b[2m  #12  журнал    note [2J first second\u001b[22m',
    '\u001b[2m       unnamed   https://example.org\u001b[22m',
  ])
})

const dial = resolve(import.meta.dirname, '../../src/dial.ts')

t.test('the command explains itself and refuses what it does not know', async (t) => {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [dial, '--help'])
  for (const word of [
    '--trace',
    '--record FILE',
    '--force',
    '--from',
    'wait',
    'hang up',
    'HOTLINE_URL',
  ])
    t.match(stdout, word)
  await t.rejects(run(process.execPath, [dial, '--tracing']), { code: 2 })
})
