import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { lineNumber, smallFlow } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const { api } = server

const callers = Array.from({ length: 5 }, () => webhookCaller(server))
for (const caller of callers) await caller.dial()
const [first, second] = callers
if (first === undefined || second === undefined) throw new Error('No callers')
await first.press(1, '1')
await first.status('completed')

const list = async (query: string) => {
  const answer = await api(`/calls${query}`)
  t.equal(answer.status, 200, query)
  return JSON.parse(answer.body) as { items: { callSid: string }[]; nextCursor: string | null }
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/

t.test('the log shows a call as its webhooks told it', async (t) => {
  const answer = await api(`/calls/${first.callSid}`)
  t.equal(answer.status, 200)
  const call = JSON.parse(answer.body)
  t.match(call, {
    callSid: first.callSid,
    direction: 'inbound',
    from: '+79161234567',
    to: lineNumber,
    line: lineNumber,
    language: 'ru-RU',
    startedAt: isoTime,
    answeredAt: isoTime,
    endedAt: isoTime,
    durationSeconds: Number,
    outcome: 'self-served',
    topic: 'one',
    queue: null,
    operator: null,
    caseNumber: null,
    callbackTicket: null,
    callerCountry: 'RU',
    flow: { document: 'main.vxml', version: String },
  })
  t.match(call.events[0], { at: isoTime, type: 'dialog', document: 'main.vxml', dialog: 'menu' })
  t.match(
    call.events.find((event: { type: string }) => event.type === 'input'),
    { item: 'choice', digits: '1', outcome: 'match' },
  )
  const { events, survey, recording, recordingAbsence, channel, ...row } = call
  t.equal(survey, null, 'nobody was asked')
  t.strictSame([recording, recordingAbsence, channel], [null, null, null])
  const { items } = await list('?outcome=self-served')
  t.strictSame(items, [row], 'the list shows the same without events')
})

t.test(
  'a call names its recording and its channel, and tells nothing of what is in them',
  async (t) => {
    const callSid = callers[0]?.callSid ?? ''
    const { pool } = server.database
    const read = async () => JSON.parse((await api(`/calls/${callSid}`)).body)
    await pool.query(
      `insert into recording_absences (call_sid, started_at, reason) values ($1, now(), 'not-recorded')`,
      [callSid],
    )
    t.match(await read(), { recording: null, recordingAbsence: 'not-recorded', channel: null })
    await pool.query('delete from recording_absences')
    const { rows: recordings } = await pool.query<{ id: string }>(
      `insert into recordings (call_sid, phone, line, started_at) values ($1, '+79161234567', '+78005557373', now())
     returning id`,
      [callSid],
    )
    const { rows: channels } = await pool.query<{ id: string }>(
      `insert into channels (call_sid, phone, line, closed_at)
     values ($1, '+79161234567', '+78005557373', now()) returning id`,
      [callSid],
    )
    const { recording, recordingAbsence, channel } = await read()
    t.match(recording, {
      ...{ id: recordings[0]?.id, startedAt: isoTime, endedAt: null, isDeleted: false },
      audio: `/api/recordings/${recordings[0]?.id}/audio`,
    })
    t.equal(recordingAbsence, null)
    t.match(channel, { id: channels[0]?.id, openedAt: isoTime, closedAt: isoTime })
    t.equal((await api(`${channel.events.replace('/api', '')}?reason=test`)).status, 200)
    t.notMatch(JSON.stringify({ recording, channel }), /79161234567/)
    await pool.query('update recordings set deleting_since = now()')
    t.match((await read()).recording, { isDeleted: true, audio: null })
  },
)

t.test('pages and filters of the log', async (t) => {
  const all = (await list('')).items.map(({ callSid }) => callSid)
  t.strictSame(all, callers.map(({ callSid }) => callSid).reverse())
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await list(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
    seen.push(...page.items.map(({ callSid }) => callSid))
    cursor = page.nextCursor
  } while (cursor !== null)
  t.strictSame(seen, all)
  t.equal((await list(`?line=${encodeURIComponent(lineNumber)}`)).items.length, 5)
  t.equal((await list('?line=%2B1')).items.length, 0)
  t.equal((await list('?caller=%2B79161234567&from=2020-01-01')).items.length, 5)
  t.equal((await list("?caller=%25'%20or%201=1%20--")).items.length, 0)
  t.equal((await list('?to=2020-01-01T00:00:00%2B03:00')).items.length, 0)
})

t.test('the export has every call, as lines of JSON and as CSV', async (t) => {
  const jsonl = await api('/calls/export?format=jsonl')
  t.equal(jsonl.headers.get('content-type'), 'application/jsonl; charset=utf-8')
  t.strictSame(
    jsonl.body
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text)),
    (await list('')).items,
  )
  const csv = await api('/calls/export')
  t.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8')
  t.match(csv.headers.get('content-disposition'), 'attachment; filename="calls.csv"')
  const lines = csv.body.trimEnd().split('\r\n')
  t.equal(lines.length, 6)
  t.match(lines[0], /^callSid,direction,from,/)
  t.match(lines[1], `${callers.at(-1)?.callSid},inbound,+79161234567,${lineNumber},`)
})

t.test('there is no such call', async (t) => {
  for (const callSid of ['CA0', 'constructor', "'", 'x y']) {
    const answer = await api(`/calls/${encodeURIComponent(callSid)}`)
    t.equal(answer.status, 404, callSid)
    t.match(JSON.parse(answer.body), { error: { code: 'not-found' } }, callSid)
  }
})

t.test('bad parameters are refused', async (t) => {
  const bad = [
    '/calls?from=yesterday',
    '/calls?from=2026-02-30',
    '/calls?from=0000-01-01',
    '/calls?from=-200000-01-01T00:00:00Z',
    '/calls?to=%2B275000-01-01T00:00:00Z',
    '/calls?to=2026-11-20T10:00:00',
    '/calls?caller=%00',
    '/calls?line=%EF%BF%BE',
    '/calls?outcome=fine',
    '/calls?outcome=__proto__',
    '/calls?limit=501',
    '/calls?cursor=CA',
    '/calls?order=started_at;drop%20table%20calls',
    '/calls/export?format=xml',
    '/calls/export?limit=5',
    '/calls/CA%00',
    `/calls/${first.callSid}?events=no`,
    '/cases/RU-2026-000001?fields=phone',
  ]
  for (const path of bad) {
    const answer = await api(path)
    t.equal(answer.status, 400, path)
    t.match(JSON.parse(answer.body), { error: { code: 'bad-request', message: String } }, path)
  }
})
