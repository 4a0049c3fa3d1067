import t from 'tap'
import { talk, vxml } from '../support/talk.ts'
import { document, fail, field, pass, verdict } from '../support/verdict.ts'

const taper = (...counts: readonly (number | string)[]): string =>
  counts.map((count) => `<prompt count="${count}">p${count}</prompt>`).join('')

const again = '<noinput><reprompt/></noinput>'

t.test('of the prompts that are due, all with the highest count are said', async (t) => {
  const form = `<form>${field('f', `${again}${taper(1, 3)}<prompt count="3">q3</prompt>${taper(5)}`)}</form>`
  const said = ['', '', '', ''].map((_, turn, all) => verdict(vxml(form), all.slice(0, turn)))
  t.same(said, ['p1…', 'p1…', 'p3 q3…', 'p3 q3…'])
})

t.test('a prompt whose condition does not hold is not there at all', async (t) => {
  const form = `<form>${field(
    'f',
    `${again}<prompt count="1">one</prompt><prompt count="2" cond="false">two</prompt>`,
  )}</form>`
  t.equal(verdict(vxml(form), ['']), 'one…')
})

t.test('conditions and counts are looked at when the prompts are queued', async (t) => {
  const form = `<var name="n" expr="0"/><form>${field(
    'f',
    `<noinput><assign name="n" expr="n + 1"/><reprompt/></noinput>
    <prompt cond="n == 0">zero</prompt><prompt cond="n == 1">one</prompt><prompt cond="n &gt; 0">more <value expr="n"/></prompt>`,
  )}</form>`
  t.equal(verdict(vxml(form)), 'zero…')
  t.equal(verdict(vxml(form), ['']), 'one more 1…')
})

t.test('the counter of an item moves only when its prompts are played', async (t) => {
  const form = `<form>${field('f', `${taper(1, 2, 3)}<noinput>silent</noinput><nomatch><reprompt/></nomatch>`)}</form>`
  t.equal(verdict(vxml(form), ['', '', '9']), 'p2…')
})

t.test('prompts of a block and of the field after it are heard together', async (t) => {
  const form = `<form><block>hello</block>${field('f', '<prompt>ask</prompt>')}</form>`
  t.equal(verdict(vxml(form)), 'hello ask…')
})

t.test('prompts queued before an error are heard before those of its handler', async (t) => {
  const form = `<catch event="error">sorry<exit/></catch>
    <form><block>one<goto next="none.vxml"/></block></form>`
  t.equal(verdict(vxml(form)), 'one sorry')
})

t.test('prompts after a disconnect are not heard, those before it are', async (t) => {
  const form = `<catch event="connection.disconnect.hangup">gone<log>done</log></catch>
    <form><block>bye<disconnect/></block></form>`
  t.equal(verdict(vxml(form)), 'bye')
  t.same(talk(vxml(form)).logged, ['done'])
})

const waits: Readonly<Record<string, { body: string; ms: number }>> = {
  'five seconds where nobody says otherwise': { body: field('f'), ms: 5000 },
  'the property of the document': {
    body: field('f', '<prompt>?</prompt>'),
    ms: 3000,
  },
  'a property of the form goes before it': {
    body: `<property name="timeout" value="2s"/>${field('f', '<prompt>?</prompt>')}`,
    ms: 2000,
  },
  'a property of the field goes before that': {
    body: `<property name="timeout" value="2s"/>${field('f', '<property name="timeout" value="1500ms"/><prompt>?</prompt>')}`,
    ms: 1500,
  },
  'the last of two properties in one place': {
    body: field(
      'f',
      '<property name="timeout" value="1s"/><property name="timeout" value="4s"/><prompt>?</prompt>',
    ),
    ms: 4000,
  },
  'the prompt goes before properties': {
    body: field('f', '<property name="timeout" value="1s"/><prompt timeout="7s">?</prompt>'),
    ms: 7000,
  },
  'of several prompts the last': {
    body: field('f', '<prompt timeout="7s">?</prompt><prompt timeout="8s">?</prompt>'),
    ms: 8000,
  },
  'a last prompt without a timeout has that of the property': {
    body: field(
      'f',
      '<property name="timeout" value="1s"/><prompt timeout="7s">?</prompt><prompt>?</prompt>',
    ),
    ms: 1000,
  },
  'a prompt takes the property of the place where it is queued': {
    body: `<block><prompt>hello</prompt></block>${field('f', '<property name="timeout" value="9s"/>')}`,
    ms: 3000,
  },
  'without prompts the property where the call waits': {
    body: field('f', '<property name="timeout" value="9s"/>'),
    ms: 9000,
  },
  'even a prompt that says nothing': {
    body: field('f', '<prompt timeout="6s"/>'),
    ms: 6000,
  },
}

for (const [title, { body, ms }] of Object.entries(waits)) {
  t.test(`how long a caller may be silent: ${title}`, async (t) => {
    const above = title.startsWith('five') ? '' : '<property name="timeout" value="3s"/>'
    const { wait } = talk(vxml(`${above}<form>${body}</form>`))
    t.equal(wait.kind === 'input' && wait.timeoutMs, ms)
  })
}

t.test('the timeout of a handler that reprompts is that of the prompts played again', async (t) => {
  const form = `<form>${field(
    'f',
    '<prompt timeout="2s">?</prompt><noinput><prompt timeout="8s">once more</prompt><reprompt/></noinput>',
  )}</form>`
  const { wait } = talk(vxml(form)).silence()
  t.equal(wait.kind === 'input' && wait.timeoutMs, 2000)
})

t.test('properties set how keys are taken', async (t) => {
  const form = `<form><property name="interdigittimeout" value="2s"/><property name="termtimeout" value="1s"/>
    <property name="termchar" value="*"/><field name="f" type="digits"/></form>`
  const { wait } = talk(vxml(form))
  t.match(wait, { termChar: '*', interdigitTimeoutMs: 2000, termTimeoutMs: 1000, maxDigits: null })
})

t.test('an empty termchar means that no key ends the input', async (t) => {
  const form = `<form><property name="termchar" value=""/><field name="f" type="digits"/></form>`
  t.match(talk(vxml(form)).wait, { termChar: null })
})

t.test('whether prompts can be cut off: by prompt, property and scope', async (t) => {
  const form = `<property name="bargein" value="false"/><form><block>a<prompt bargein="true">b</prompt></block>
    ${field('f', '<property name="bargein" value="true"/><prompt>c</prompt><prompt bargein="false">d</prompt>')}</form>`
  t.same(
    talk(vxml(form)).prompts.map(({ bargein }) => bargein),
    [false, true, true, false],
  )
})

t.test(
  'a property with a value that it cannot have is error.semantic in the items it is for',
  async (t) => {
    const caught = `<catch event="error.semantic">${pass}</catch>`
    for (const [name, value] of [
      ['timeout', 'soon'],
      ['interdigittimeout', '5'],
      ['termtimeout', '-1s'],
      ['termchar', '12'],
      ['bargein', 'maybe'],
      ['inputmodes', 'dtmf smoke'],
    ] as const) {
      const property = `<property name="${name}" value="${value}"/>`
      t.equal(
        verdict(document(`${caught}${property}<form><block>${fail()}</block></form>`)),
        'pass',
        name,
      )
      t.equal(verdict(document(`${caught}<form>${property}${field('f')}</form>`)), 'pass', name)
      t.equal(verdict(document(`${caught}<form>${field('f', property)}</form>`)), 'pass', name)
      const away = `<form><field name="f" cond="false" type="digits">${property}</field><block>${pass}</block></form>`
      t.equal(verdict(document(away)), 'pass', `${name} of an item that is not visited`)
    }
  },
)

t.test('properties that mean nothing to keys are taken without a word', async (t) => {
  const names = `confidencelevel sensitivity speedvsaccuracy completetimeout incompletetimeout
    maxspeechtimeout bargeintype audiofetchhint audiomaxage audiomaxstale documentfetchhint documentmaxage
    documentmaxstale grammarfetchhint grammarmaxage grammarmaxstale objectfetchhint scriptfetchhint
    scriptmaxage scriptmaxstale datafetchhint datamaxage fetchaudio fetchaudiodelay fetchtimeout
    universals maxnbest recordutterance recordutterancetype com.example.own`
  const properties = names.split(/\s+/).map((name) => `<property name="${name}" value="1"/>`)
  t.equal(verdict(document(`${properties.join('')}<form><block>${pass}</block></form>`)), 'pass')
})

t.test('no word for help, cancel or exit is heard, even where universals are wanted', async (t) => {
  const form = `<property name="universals" value="all"/><form>${field('f', `<nomatch>${pass}</nomatch>`)}</form>`
  t.equal(verdict(document(form), ['*']), 'pass')
})

t.test('attributes about fetching and the manner of barge-in are taken', async (t) => {
  const form = `<form><block><prompt bargeintype="hotword" xml:lang="en-GB">pa<audio src="none.wav" fetchhint="safe"
    fetchtimeout="2s" maxage="1" maxstale="1">ss</audio></prompt></block></form>`
  t.equal(verdict(document(form)), 'pa ss'.replace(' ', ''))
})

t.test('a recording that is not there is spoken, else passed over', async (t) => {
  const form = `<form><block><audio src="http://example.test/none.wav">one</audio><audio expr="'none' + '.wav'"/>
    <audio expr="undefined">not even this</audio><audio src="a.wav">not this</audio></block></form>`
  t.equal(verdict(document(form), [], { audio: ['a.wav'] }), 'one [a.wav]')
})

t.test('a prompt may have a base of its own for its recordings', async (t) => {
  const form = `<form><block><prompt xml:base="own/"><audio src="a.wav">no</audio><audio src="../b.wav">no</audio></prompt>
    <audio src="a.wav">no</audio></block></form>`
  const audio = ['sub/own/a.wav', 'sub/b.wav', 'sub/a.wav']
  t.equal(
    verdict(document(form, 'xml:base="sub/"'), [], { audio }),
    '[sub/own/a.wav] [sub/b.wav] [sub/a.wav]',
  )
})

t.test('an address of a recording that cannot be computed is error.semantic', async (t) => {
  const form = `<catch event="error.semantic">${pass}</catch>
    <form><block><audio expr="nowhere">words</audio>${fail()}</block></form>`
  t.equal(verdict(document(form)), 'pass')
})

t.test('the language in force: of the prompt, of the document, of the call', async (t) => {
  const form = `<form><block>a<prompt xml:lang="fr-CA">b <s xml:lang="de-DE">c</s></prompt></block></form>`
  const languages = (attributes: string) =>
    talk(vxml(form, attributes), { language: 'ru-RU' }).prompts.flatMap(({ segments }) =>
      segments.map((segment) => (segment.kind === 'speech' ? segment.language : '')),
    )
  t.same(languages(''), ['ru-RU', 'fr-CA', 'de-DE'])
  t.same(languages('xml:lang="en-GB"'), ['en-GB', 'fr-CA', 'de-DE'])
})

t.test('speech in a language that nobody here speaks is error.unsupported.language', async (t) => {
  const say = (content: string, attributes = '') =>
    document(
      `<catch event="error.unsupported.language"><log>caught</log>${pass}</catch>
      <form><block>${content}${fail()}</block></form>`,
      attributes,
    )
  t.equal(verdict(say('<prompt xml:lang="tlh">nuqneH</prompt>')), 'pass')
  t.equal(verdict(say('<prompt>a <s xml:lang="x-none">b</s></prompt>')), 'pass')
  t.equal(verdict(say('<prompt xml:lang="fr-CA">a</prompt><exit/>')), 'a')
  t.equal(
    verdict(say('<prompt xml:lang="tt-RU">a</prompt><exit/>')),
    'a',
    'put together from recordings',
  )
  const own = { catalogues: { tlh: { hello: { text: 'nuqneH' } } } }
  t.equal(
    verdict(say('<prompt xml:lang="tlh">nuqneH</prompt><exit/>'), [], own),
    'nuqneH',
    'a catalogue',
  )
  t.equal(verdict(say('a<exit/>'), [], { language: 'tlh' }), 'a', 'the language of the call')
  t.equal(
    verdict(say('<prompt xml:lang="tlh"><audio src="x.wav"/></prompt><exit/>')),
    '',
    'nothing is said',
  )
})
