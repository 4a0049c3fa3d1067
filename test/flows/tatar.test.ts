import fc from 'fast-check'
import t from 'tap'
import { hearTurn } from '../../src/calls/trace/heard.ts'
import { piecesOf } from '../../src/numbers/spoken/spoken.ts'
import { start } from '../../src/voicexml/interpret.ts'
import { purePhone, type Stop } from '../support/pure-phone.ts'
import { readShippedFlows, transcriptFiles } from '../support/shipped-flows.ts'
import { parseTranscript, perform } from '../support/transcript.ts'
import { hearTwiml, twimlOf } from '../support/twiml-ear.ts'

/** Calls in Tatar, which no voice speaks: every word is a recording. */
const { flowSet } = await readShippedFlows()
const { audio, setting } = flowSet
const tatar = setting.catalogues.get('tt-RU') ?? new Map()

/** The shipped flows with Tatar as the first language of every line. */
const languages = ['tt-RU', 'ru-RU', 'en-US'] as const
const lines = new Map([...flowSet.lines].map(([number, line]) => [number, { ...line, languages }]))

/** Twilio refuses documents beyond 64 kB. */
const documentLimit = 64_000

const offers = new Set(
  [...setting.catalogues.values()].map((one) => one.get('language.offer')?.text),
)

/** Each other language offers itself in its own words; whoever does not take it goes on in Tatar. */
const isOffer = ({ parts }: { readonly parts: readonly unknown[] }): boolean =>
  [...offers].some((offer) => offer !== undefined && String(parts[0]).startsWith(offer))

const wordsOfAVoice = ({ language, prompts }: Stop): readonly unknown[] =>
  prompts
    .flatMap(({ segments }) => segments)
    .filter(
      (segment) =>
        segment.kind === 'speech' &&
        (segment.language === 'tt-RU' || (language === 'tt-RU' && !isOffer(segment))),
    )

t.test('every golden conversation can be had in Tatar without one word of a voice', async (t) => {
  const heard = new Set<string>()
  let longest = 0
  const open = purePhone({ ...flowSet, lines }, (stop) => {
    const spoken = wordsOfAVoice(stop)
    if (spoken.length > 0) throw new Error(`a voice is needed for ${JSON.stringify(spoken)}`)
    const twiml = twimlOf(audio, stop)
    const others = stop.prompts.some(({ segments }) =>
      segments.some(({ kind }) => kind === 'speech'),
    )
    if (!others && twiml.includes('<Say')) throw new Error(twiml)
    longest = Math.max(longest, Buffer.byteLength(twiml))
    for (const { segments } of stop.prompts)
      for (const segment of segments) if (segment.kind === 'audio') heard.add(segment.src)
    return hearTwiml(audio)(stop)
  })
  for (const { name, text } of transcriptFiles()) {
    try {
      await perform(parseTranscript(text), open)
    } catch (error) {
      // Scripts that choose a language go other ways when Tatar is the first.
      const isElsewhere = /script goes on too long|does not (?:record|listen)/.test(String(error))
      if (!isElsewhere) throw new Error(name, { cause: error })
    }
  }
  t.ok(longest < documentLimit / 4, `the longest document has ${longest} bytes`)
  const silent = [...tatar].filter(([, { audio: src }]) => src === undefined || !heard.has(src))
  t.strictSame(
    silent.map(([key]) => key).filter((key) => !key.startsWith('queue.')),
    neverInTatar,
  )
})

/** What only Russian asks for. */
const neverInTatar = ['status.reason']

t.test('whoever waits in a queue hears recordings only, each of them', async (t) => {
  const heard = new Set<string>()
  for (const position of [1, 2, 37, 999])
    for (const minutes of [null, 1, 3, 120])
      for (const [first = false, grown = false, offer = false] of [
        [true, false, false],
        [false, true, false],
        [false, false, true],
      ]) {
        const waiting = { first, grown, offer, position, minutes }
        const { prompts } = start(setting, {
          document: 'hotline/waiting.vxml',
          language: 'tt-RU',
          session: { hotline: { waiting } },
        })
        for (const { segments } of prompts)
          for (const segment of segments)
            if (segment.kind === 'audio') heard.add(segment.src)
            else t.not(segment.kind, 'speech', JSON.stringify(segment))
      }
  const spoken = [...tatar].filter(([key]) => key.startsWith('queue.'))
  t.strictSame(
    spoken.filter(([, { audio: src }]) => src === undefined || !heard.has(src)),
    [],
  )
})

const pressed = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...'1234567890*') },
    { weight: 1, arbitrary: fc.constantFrom('', '2026000001#', '4321', '89261112233#', '12#') },
  ),
  { maxLength: 14 },
)

t.test('whatever is pressed, no voice is needed', async (t) => {
  const open = purePhone({ ...flowSet, lines }, (stop) => {
    if (wordsOfAVoice(stop).length > 0) throw new Error(JSON.stringify(stop.prompts))
    return hearTurn(stop)
  })
  const numbers = fc.constantFrom(...lines.keys())
  const times = fc.constantFrom('2026-11-24 10:05', '2027-01-02 15:00')
  await fc.assert(
    fc.asyncProperty(numbers, times, pressed, async (to, at, keys) => {
      const phone = await open(
        parseTranscript(
          `at ${at} Europe/Moscow\ngiven case 2026000001 code 4321\ncall +79161234567 -> ${to}`,
        ),
      )
      let { next } = await phone.dial()
      for (const key of keys) {
        if (next.kind !== 'listen') return
        next = (await (key === '' ? phone.silence() : phone.press(key))).next
      }
    }),
    { numRuns: 100 },
  )
  t.pass()
})

t.test('every prompt and every piece has a recording that says it', async (t) => {
  const recorded = new Map([...audio].map(([path, { words }]) => [path, words?.text]))
  const texts = new Set(recorded.values())
  for (const { text, audio: src } of tatar.values()) t.equal(recorded.get(src), text)
  for (const piece of piecesOf('tt-RU') ?? []) t.ok(texts.has(piece), piece)
})
