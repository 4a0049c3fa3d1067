import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import t from 'tap'
import type { Step } from '../../src/calls/ports.ts'
import { streamAddresses } from '../../src/twilio/stream.ts'
import { renderStep } from '../../src/twilio/twiml.ts'
import type { PromptSegment, QueuedPrompt } from '../../src/voicexml/prompt-queue.ts'
import type { InputWait } from '../../src/voicexml/turn.ts'

const addresses = {
  turnUrl: (turn: number) => `/voice/turn/${turn}`,
  waitUrl: (place: string) => `/voice/wait/${place}`,
  roomUrl: (reservation: string) => `/voice/bridge/${reservation}`,
  stream: streamAddresses(() => 'https://hotline.example'),
  audioUrl: (hash: string) => `https://hotline.example/audio/${hash}.wav`,
}
const recordings = new Map([['audio/hello.wav', { hash: 'abc' }]])

const speech = (text: string, bargein = true): QueuedPrompt => ({
  bargein,
  segments: [{ kind: 'speech', language: 'ru-RU', parts: [text] }],
})

const wait: InputWait = {
  kind: 'input',
  maxDigits: 1,
  termChar: '#',
  timeoutMs: 5000,
  interdigitTimeoutMs: 3000,
  termTimeoutMs: 0,
  position: 'main.vxml#menu',
}

const render = (prompts: readonly QueuedPrompt[], change: Partial<InputWait> = {}): string => {
  const step: Step = {
    prompts,
    language: 'ru-RU',
    next: { kind: 'input', wait: { ...wait, ...change } },
    nextTurn: 4,
  }
  return renderStep(addresses, recordings, step).replace(/^<\?xml[^>]*\?>/, '')
}

const say = (text: string) => `<Say voice="Polly.Tatyana" language="ru-RU">${text}</Say>`

t.test(
  'a menu is a Gather that is answered also by silence, with a Redirect as a net',
  async (t) => {
    t.equal(
      render([speech('Нажмите один')]),
      '<Response><Gather input="dtmf" method="POST" actionOnEmptyResult="true" finishOnKey="#" timeout="5" numDigits="1" action="/voice/turn/4">' +
        `${say('Нажмите один')}</Gather><Redirect method="POST">/voice/turn/4</Redirect></Response>`,
    )
  },
)

t.test(
  'all up to the last prompt that keys may not cut off stands before the Gather',
  async (t) => {
    const twiml = render([speech('а'), speech('б', false), speech('в')])
    t.match(twiml, `<Response>${say('а')}${say('б')}<Gather`)
    t.match(twiml, `>${say('в')}</Gather>`)
  },
)

t.test(
  'one key waits the timeout; more wait the longer of the two, in whole seconds',
  async (t) => {
    t.match(render([], { timeoutMs: 1200, interdigitTimeoutMs: 9000 }), /timeout="2"/)
    t.match(
      render([], { maxDigits: 10, timeoutMs: 1000, interdigitTimeoutMs: 7500 }),
      /timeout="8"/,
    )
  },
)

t.test(
  'input without a longest length has no numDigits, without a termination key an empty one',
  async (t) => {
    const twiml = render([], { maxDigits: null, termChar: null })
    t.notMatch(twiml, /numDigits/)
    t.match(twiml, /finishOnKey=""/)
  },
)

t.test('where nothing can be keyed there is a pause in place of a Gather', async (t) => {
  const twiml = render([speech('а')], { maxDigits: 0 })
  t.equal(
    twiml,
    `<Response>${say('а')}<Pause length="5"/><Redirect method="POST">/voice/turn/4</Redirect></Response>`,
  )
})

t.test('the end is the prompts and a Hangup', async (t) => {
  const step: Step = {
    prompts: [speech('До свидания')],
    language: 'ru-RU',
    next: { kind: 'hang-up' },
    nextTurn: 1,
  }
  t.match(
    renderStep(addresses, recordings, step),
    `<Response>${say('До свидания')}<Hangup/></Response>`,
  )
})

t.test('a recording of the flow folder is played by its hash, an address as it is', async (t) => {
  const play = (src: string) => render([{ bargein: true, segments: [{ kind: 'audio', src }] }])
  t.match(play('audio/hello.wav'), '<Play>https://hotline.example/audio/abc.wav</Play>')
  t.match(play('https://a.example/b.wav'), '<Play>https://a.example/b.wav</Play>')
})

t.test('breaks, emphasis and prosody become SSML', async (t) => {
  const segment: PromptSegment = {
    kind: 'speech',
    language: 'en-US',
    parts: [
      'one',
      { kind: 'break', milliseconds: 300 },
      { kind: 'emphasis', level: 'strong', parts: ['two'] },
      { kind: 'prosody', rate: 'slow', parts: ['three'] },
    ],
  }
  t.match(
    render([{ bargein: true, segments: [segment] }]),
    '<Say voice="Polly.Joanna-Neural" language="en-US">one<break time="300ms"/>' +
      '<emphasis level="strong">two</emphasis><prosody rate="slow">three</prosody></Say>',
  )
})

t.test('text longer than one Say takes is cut at the ends of sentences', async (t) => {
  const sentence = 'Это одно предложение о документах и сроках. '
  const twiml = render([speech(sentence.repeat(120))])
  const said = [...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map((match) => match[1] ?? '')
  t.ok(said.length > 1)
  for (const text of said) {
    t.ok(text.length <= 2500)
    t.match(text, /\.$/)
  }
  t.equal(said.join(' ').replace(/\s+/g, ' ').trim(), sentence.repeat(120).trim())
})

t.test('whatever a caller or an editor writes is text and never markup', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const document = new DOMParser().parseFromString(render([speech(text)]), 'text/xml')
      const names = [...document.getElementsByTagName('*')].map((element) => element.nodeName)
      return names.every((name) => ['Response', 'Gather', 'Say', 'Redirect'].includes(name))
    }),
  )
  t.match(render([speech('</Say><Dial>+7</Dial>')]), '&lt;/Say&gt;&lt;Dial&gt;+7&lt;/Dial&gt;')
})
