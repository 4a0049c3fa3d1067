import t from 'tap'
import { defaultQueue, parseLinesFile } from '../../src/flow-files/lines-file.ts'

const around = {
  documents: new Set(['main.vxml', 'hotline/main.vxml']),
  languages: new Set(['ru-RU', 'en-US']),
}

const read = (source: string) => parseLinesFile(source, around)
const told = (source: string) =>
  read(source).findings.map(({ place, code }) => `${place.line}:${place.column} ${code}`)

const line = (rest: string) => `lines:\n  - number: "+78005557373"\n    flow: main.vxml\n${rest}`

t.test('two lines are a whole file', async (t) => {
  const { lines, queues, timezone, findings } = read(
    'lines:\n  - { number: "+78005557373", flow: main.vxml }',
  )
  t.strictSame(findings, [])
  t.equal(timezone, 'Europe/Moscow')
  t.strictSame(lines.get('+78005557373'), {
    number: '+78005557373',
    name: '+78005557373',
    description: null,
    flow: 'main.vxml',
    languages: ['ru-RU'],
    schedule: null,
    queue: 'general',
    integrated: false,
  })
  t.strictSame(queues.get('general'), { name: 'general', ...defaultQueue })
})

t.test('everything that can be said is read', async (t) => {
  const { lines, queues, schedules, timezone, findings } = read(`
timezone: Asia/Yekaterinburg
lines:
  - number: "+78005557373"
    name: Горячая линия
    description: Главное меню
    flow: hotline/main.vxml
    languages: [ru-RU, en-US]
    schedule: hotline
    queue: business
    integrated: true
schedules:
  hotline:
    weekly: { mon-fri: ["08:00-20:00"], sat: ["09:00-17:00"], sun: ["10:00-16:00"] }
    holidays: { dates: ["2026-11-04"], hours: ["10:00-14:00"], weekdays: normal }
queues:
  business: { skills: [business], priority: 5, maxWaitSeconds: 600, ringSeconds: 15, callbackOrder: caller-first }
`)
  t.strictSame(findings, [])
  t.equal(timezone, 'Asia/Yekaterinburg')
  t.match(lines.get('+78005557373'), { schedule: 'hotline', queue: 'business', integrated: true })
  t.equal(schedules.get('hotline')?.timeZone, 'Asia/Yekaterinburg')
  t.match(queues.get('business'), { skills: ['business'], priority: 5, wrapUpSeconds: 30 })
  t.ok(queues.has('general'), 'there is always a general queue')
})

t.test('a number keeps its plus without quotation marks', async (t) => {
  t.ok(read('lines:\n  - number: +78005557373\n    flow: main.vxml').lines.has('+78005557373'))
})

t.test('every fault is told with its place', async (t) => {
  const rows: [source: string, told: string[]][] = [
    ['', ['1:1 no-lines']],
    ['lines: [', ['1:9 yaml-syntax']],
    ['lines: []\nlines: []', ['2:1 yaml-syntax']],
    ['[]', ['1:1 wrong-value']],
    ['lines: 5', ['1:8 wrong-value']],
    ['lines:\n  - 5', ['2:5 wrong-value']],
    ['lines:\n  - number: "+78005557373"', ['2:5 missing-key']],
    ['lines:\n  - flow: main.vxml', ['2:5 missing-key']],
    ['lines:\n  - number: 88005557373\n    flow: main.vxml', ['2:13 bad-number']],
    ['lines:\n  - number: "+7 800 555 73 73"\n    flow: main.vxml', ['2:13 bad-number']],
    ['lines:\n  - number: "+78005557373"\n    flow: gone.vxml', ['3:11 unknown-flow']],
    [line('    nmae: x'), ['4:5 unknown-key']],
    [line('    name: [x]'), ['4:11 wrong-value']],
    [line('    integrated: yes'), ['4:17 wrong-value']],
    [line('    schedule: night'), ['4:15 unknown-schedule']],
    [line('    queue: night'), ['4:12 unknown-queue']],
    [line('    languages: [de-DE]'), ['4:17 unknown-language']],
    [line('    languages: [ru-ru]'), ['4:17 unknown-language']],
    [line('    languages: [tt-RU]'), ['4:17 no-catalogue']],
    [line('    languages: [ru-RU, ru-RU]'), ['4:24 wrong-value']],
    [line('    languages: []'), ['4:16 wrong-value']],
    [line('timezone: Europe/Moskau'), ['4:11 unknown-timezone']],
    [line('timezone: "+03:00"'), ['4:11 unknown-timezone']],
    [line('schedules:\n  day: { weekly: { mon-fri: ["8-20"] } }'), ['5:8 bad-schedule']],
    [line('queues:\n  a: { priority: 1000 }'), ['5:18 wrong-value']],
    [line('queues:\n  a: { ringSeconds: "20" }'), ['5:21 wrong-value']],
    [line('queues:\n  a: { callbackOrder: first }'), ['5:23 wrong-value']],
    [line('queues:\n  a: { patience: 5 }'), ['5:8 unknown-key']],
    [line('colour: red'), ['4:1 unknown-key']],
    [`${line('')}  - { number: "+78005557373", flow: main.vxml }`, ['4:5 duplicate-number']],
  ]
  for (const [source, expected] of rows) t.strictSame(told(source), expected, source)
})

t.test('a line with a faulty schedule is not also told that the schedule is unknown', async (t) => {
  const source = line('    schedule: day\nschedules:\n  day: { weekly: 5 }')
  t.strictSame(told(source), ['6:8 bad-schedule'])
  t.equal(read(source).lines.get('+78005557373')?.schedule, null)
})

t.test('hostile YAML is a finding', async (t) => {
  const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nschedules: { s: { weekly: *d } }\n`
  for (const source of [
    laughs,
    '['.repeat(200_000),
    '{a: '.repeat(100_000),
    'lines: &l\n  - *l',
    '__proto__: { lines: [] }',
    line('    __proto__: { queue: x }'),
    line('schedules: { __proto__: { weekly: 5 } }'),
    line('queues: { __proto__: 5 }'),
    '\0',
    '!!js/function "x"',
    '%YAML 9.9\n---\n- 1',
  ])
    t.ok(read(source).findings.length > 0, JSON.stringify(source.slice(0, 40)))
  t.equal(({} as Record<string, unknown>)['queue'], undefined)
})
