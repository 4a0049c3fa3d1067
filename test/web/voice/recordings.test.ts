import t from 'tap'
import { contentHash } from '../../../src/flow-files/content-hash.ts'
import { wav } from '../../flow-files/wav-file.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const recording = wav()
const greeting = wav({ bytes: 640 })
const flow = smallFlow()
const server = await startTestServer(t, {
  flowsDir: t.testdir({
    ...flow,
    'menu.wav': recording,
    'greeting.wav': greeting,
    prompts: { 'ru-RU.yaml': 'greeting: { text: Добрый день, audio: greeting.wav }\n' },
    'main.vxml': flow['main.vxml'].replace(
      'Menu: one, two or three',
      '<audio src="menu.wav">Menu</audio>',
    ),
  }),
})

t.test('the carrier fetches unsigned the recording that it was told to play', async (t) => {
  const { body } = await webhookCaller(server).dial()
  const address = /<Play>(.*)<\/Play>/.exec(body)?.[1] ?? ''
  t.equal(address, `${server.url}/audio/${contentHash(recording)}.wav`)
  const answer = await fetch(address)
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('content-type'), 'audio/wav')
  t.match(answer.headers.get('cache-control'), 'immutable')
  t.ok(recording.equals(Buffer.from(await answer.arrayBuffer())))
})

t.test('a recording of the catalogue comes with its words for a screen', async (t) => {
  const answer = await fetch(`${server.url}/audio/${contentHash(greeting)}.wav`)
  t.equal(answer.headers.get('content-language'), 'ru-RU')
  t.equal(decodeURIComponent(answer.headers.get('x-words') ?? ''), 'Добрый день')
  const unknown = await fetch(`${server.url}/audio/${contentHash(recording)}.wav`)
  t.equal(unknown.headers.get('x-words'), null)
})

t.test('what is no recording is not found', async (t) => {
  for (const name of [`${'0'.repeat(64)}.wav`, 'menu.wav', contentHash(recording)])
    t.equal((await fetch(`${server.url}/audio/${name}`)).status, 404, name)
})

t.test('an answer says where in the flow the call waits', async (t) => {
  const { headers } = await webhookCaller(server).dial()
  t.equal(headers.get('x-flow-position'), 'main.vxml#menu/choice')
})
