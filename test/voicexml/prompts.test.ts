import t from 'tap'
import { start } from '../../src/voicexml/interpret.ts'
import { compile, talk, vxml } from './support/talk.ts'

const block = (content: string) => `<form><block>${content}</block></form>`

t.test('tapered prompts follow the counter of their item', async (t) => {
  let call = talk(`<form><field name="a" type="digits?length=1">
    <prompt>One.</prompt><prompt count="2">Two.</prompt><prompt count="2" cond="false">Never.</prompt>
    <prompt count="2">Two more.</prompt><prompt count="4">Four.</prompt></field></form>`)
  const rounds = [call.said]
  for (let round = 0; round < 4; round += 1) {
    call = call.silence()
    rounds.push(call.said)
  }
  t.same(rounds, [['One.'], ['Two.', 'Two more.'], ['Two.', 'Two more.'], ['Four.'], ['Four.']])
})

t.test('the catalogue of the language in force gives the words, recorded or spoken', async (t) => {
  const catalogues = {
    'ru-RU': { hello: { text: 'Добрый день.' } },
    'tt-RU': { hello: { text: 'Исәнмесез.', audio: 'tt/hello.wav' } },
  }
  const page = block('<prompt><audio src="prompt:hello">fallback</audio></prompt>')
  const hello = (language: string, audio: string[] = []) =>
    talk(page, { catalogues, language, audio })
  t.same(hello('ru-RU').said, ['Добрый день.'])
  t.same(hello('ru').said, ['Добрый день.'], 'the first part of the tag is enough')
  t.same(hello('tt-RU', ['tt/hello.wav']).said, ['[tt/hello.wav]'])
  t.same(hello('tt-RU').said, ['Исәнмесез.'], 'a file that is not there is spoken')
  t.same(hello('en-US').said, ['fallback'])
})

t.test(
  'recordings are found relative to the document; what is not there is its content',
  async (t) => {
    const files = {
      'a/main.vxml': vxml(
        block(
          '<audio src="../beep.wav"/> <audio expr="\'x.wav\'">x <value expr="1"/></audio><audio expr="undefined">ignored</audio>',
        ),
      ),
    }
    t.same(talk(files, { document: 'a/main.vxml', audio: ['beep.wav'] }).said, ['[beep.wav] x 1'])
  },
)

t.test('xml:lang divides a prompt into stretches of a language', async (t) => {
  const { prompts } = talk(
    block(
      '<prompt>Hello <s xml:lang="ru-RU">привет</s> bye <voice xml:lang="tt-RU">сау</voice></prompt>',
    ),
  )
  t.match(prompts, [
    {
      segments: [
        { kind: 'speech', language: 'en-US', parts: ['Hello'] },
        { language: 'ru-RU', parts: ['привет'] },
        { language: 'en-US', parts: ['bye'] },
        { language: 'tt-RU', parts: ['сау'] },
      ],
    },
  ])
})

t.test('xml:lang of the document goes before the language of the call', async (t) => {
  const call = talk({ 'main.vxml': vxml('<form><block>x</block></form>', 'xml:lang="tt-RU"') })
  t.match(call.prompts, [{ segments: [{ language: 'tt-RU' }] }])
  t.equal(call.language, 'tt-RU')
})

t.test('markup becomes parts; a break alone becomes silence', async (t) => {
  const call = talk(
    block(`<prompt>One <break time="300ms"/> <emphasis level="strong">two <prosody rate="slow">three</prosody></emphasis>
    <sub alias="World Wide Web">WWW</sub><mark name="m"/></prompt><prompt><break time="2s"/></prompt><prompt><break/></prompt>`),
  )
  t.same(call.said, [
    'One (300 ms) <emphasis>two <prosody>three</prosody></emphasis> World Wide Web',
    '[2000 ms]',
    '[500 ms]',
  ])
})

t.test('a recording inside markup stays outside of it', async (t) => {
  const call = talk(block('<prompt><emphasis>a <audio src="b.wav"/> c</emphasis></prompt>'), {
    audio: ['b.wav'],
  })
  t.same(call.said, ['<emphasis>a </emphasis> [b.wav] <emphasis> c</emphasis>'])
})

t.test('say-as reads values out in the language in force', async (t) => {
  const page = block(
    '<prompt>Осталось <say-as interpret-as="count:minute"><value expr="2"/></say-as>.</prompt>',
  )
  t.same(talk(page, { language: 'ru-RU' }).said, ['Осталось две минуты.'])
  t.same(talk(page, { language: 'en-US' }).said, ['Осталось two minutes.'])
  t.same(talk(block('<prompt><say-as interpret-as="date">soon</say-as></prompt>')).said, ['soon'])
})

t.test('bargein and timeout come from the prompt, else from properties', async (t) => {
  const call =
    talk(`<form><property name="bargein" value="false"/><property name="timeout" value="7s"/>
    <field name="a" type="digits?length=1"><property name="timeout" value="3500ms"/>
    <prompt bargein="true" timeout="9s">A</prompt><prompt>B</prompt></field>
    <field name="b" type="digits?length=1"><prompt>A</prompt><prompt timeout="1s">B</prompt></field></form>`)
  t.same(
    call.prompts.map(({ bargein }) => bargein),
    [true, false],
  )
  t.match(call.wait, { timeoutMs: 3500 })
  t.match(call.press('1').wait, { timeoutMs: 1000 })
})

t.test(
  'the terminating key is none when a grammar takes it or the property is empty',
  async (t) => {
    const wait = (inside: string) => talk(`<form><field name="a">${inside}</field></form>`).wait
    t.match(wait('<option dtmf="1">x</option>'), { termChar: '#', maxDigits: 1 })
    t.match(wait('<option dtmf="1#">x</option>'), { termChar: null, maxDigits: 2 })
    t.match(wait('<option dtmf="1">x</option><property name="termchar" value=""/>'), {
      termChar: null,
    })
    t.match(wait('<grammar src="builtin:dtmf/digits"/><property name="termchar" value="*"/>'), {
      termChar: '*',
      maxDigits: null,
    })
  },
)

t.test('where only speech is wanted, keys are not heard', async (t) => {
  const call = talk(
    '<form><property name="inputmodes" value="voice"/><field name="a" type="digits"/></form>',
  )
  t.match(call.wait, { maxDigits: 0 })
  t.same(call.press('1').thrown, ['noinput'])
})

t.test('a property that is no time is error.semantic', async (t) => {
  const call = talk(
    '<form><property name="timeout" value="soon"/><field name="a" type="digits"/></form>',
  )
  t.same(call.thrown, ['error.semantic'])
})

t.test(
  'prompts whose condition does not hold, and those with nothing to say, are not queued',
  async (t) => {
    t.same(talk(block('<prompt cond="false">No.</prompt><prompt/><prompt> </prompt>Yes.')).said, [
      'Yes.',
    ])
  },
)

t.test('text, values and recordings side by side are one prompt', async (t) => {
  const call = talk(block('You have <value expr="3"/> messages.<log>x</log>Next.'))
  t.same(call.said, ['You have 3 messages.', 'Next.'])
})

t.test('log tells label, text and values', async (t) => {
  const call = talk(block('<log label="topic" expr="1 + 1">number <value expr="7"/></log>'))
  t.same(call.events.at(-1), { type: 'log', label: 'topic', text: 'number 7 2' })
})

t.test('what never changes in one setting and language may differ in others', async (t) => {
  const { flow } = compile(
    block(
      '<prompt>A <emphasis><audio src="prompt:b"/></emphasis>, <say-as interpret-as="number">3</say-as></prompt>',
    ),
  )
  const say = (language: string, text: string, audio: boolean) => {
    const catalogues = new Map([[language, new Map([['b', { text, audio: 'b.wav' }]])]])
    const setting = { flow, catalogues, hasAudio: () => audio }
    const call = { document: 'main.vxml', language, session: {} }
    const [once, again] = [start(setting, call), start(setting, call)]
    t.same(once.prompts, again.prompts)
    return once.prompts[0]?.segments
  }
  t.match(say('en-US', 'bee', false), [{ parts: ['A ', { parts: ['bee'] }, ', three'] }])
  t.match(say('ru-RU', 'бэ', false), [{ parts: ['A ', { parts: ['бэ'] }, ', три'] }])
  t.match(say('en-US', 'bumblebee', false), [
    { parts: ['A ', { parts: ['bumblebee'] }, ', three'] },
  ])
  t.match(say('en-US', 'bee', true), [
    { parts: ['A'] },
    { kind: 'audio', src: 'b.wav' },
    { parts: [', three'] },
  ])
})

t.test('what is said again counts again towards the limit of one turn', async (t) => {
  const long = 'Word. '.repeat(2000)
  const call = talk(`<catch event="error.semantic"><exit/></catch>
    <form id="a"><block><prompt>${long}</prompt><goto next="#b"/></block></form>
    <form id="b"><block><goto next="#a"/></block></form>`)
  t.same(call.thrown, ['error.semantic'])
  t.equal(call.prompts.length, 4)
})
