import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const document = (content: string) =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">${content}</vxml>`

const broken: Readonly<Record<string, string>> = {
  'a form that goes to itself': '<form id="a"><block><goto next="#a"/></block></form>',
  'a platform function asked without end': `
    <form id="a">
      <object name="o" classid="builtin:hotline/hours"><filled><goto next="#a"/></filled></object>
    </form>`,
  'an event that throws itself':
    '<catch event="x"><throw event="x"/></catch><form id="a"><block><throw event="x"/></block></form>',
  'a script without end': '<script>while (true) {}</script><form id="a"><block>x</block></form>',
  'a document that is not there': '<form id="a"><block><goto next="gone.vxml"/></block></form>',
  'an expression that fails': '<form id="a"><block><assign name="no" expr="1"/></block></form>',
  'an unknown platform function':
    '<form id="a"><object name="o" classid="builtin:hotline/nothing"/></form>',
  'more words than the carrier takes in one answer': `<form id="a"><block>${'слово '.repeat(12_000)}</block></form>`,
}

const documents = [
  ...Object.entries(broken),
  ['a document that does not compile', '<form>'] as const,
]
const numberOf = (at: number) => `+7800555010${at}`

// What the checker would refuse is let through.
const server = await startTestServer(t, {
  flowsDir: t.testdir({
    'lines.yaml': `lines:\n${documents
      .map((_, at) => `  - { number: "${numberOf(at)}", flow: ${at}.vxml }\n`)
      .join('')}`,
    ...Object.fromEntries(documents.map(([, content], at) => [`${at}.vxml`, document(content)])),
  }),
  env: { FLOWS_CHECK: 'off' },
})

for (const [at, [name]] of documents.entries()) {
  t.test(`${name}: the caller hears of it, and the server goes on`, async (t) => {
    const caller = webhookCaller(server, numberOf(at))
    const answer = await caller.dial()
    t.equal(answer.status, 200)
    t.match(answer.body, /<Say[^>]*>[^<]+<\/Say>/, 'words, not silence')
    t.ok(Buffer.byteLength(answer.body) <= 64_000, 'what the carrier takes')
    t.equal((await caller.status('completed')).status, 204)
    t.match(await caller.row(), { outcome: 'failed', carrier_status: 'completed' })
  })
}
