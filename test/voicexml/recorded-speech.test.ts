import t from 'tap'
import { piecesOf } from '../../src/numbers/spoken/spoken.ts'
import { pieceRecording } from '../../src/prompts/recordings.ts'
import { talk } from './support/talk.ts'

const audio = [...(piecesOf('tt-RU') ?? [])].map((piece) => pieceRecording('tt-RU', piece))
const catalogues = {
  'tt-RU': {
    number: { text: 'Номер', audio: 'number.wav' },
    lost: { text: 'Юк', audio: 'lost.wav' },
  },
}

/** Segments of one prompt in Tatar, recordings by what they say. */
const heard = (content: string, setting: Parameters<typeof talk>[1] = {}) => {
  const { prompts } = talk(`<form><block><prompt>${content}</prompt></block></form>`, {
    catalogues,
    language: 'tt-RU',
    audio: [...audio, 'number.wav'],
    ...setting,
  })
  return (prompts[0]?.segments ?? []).map((segment) => {
    if (segment.kind === 'audio') return `[${segment.words?.text ?? segment.src}]`
    return segment.kind === 'silence' ? segment.milliseconds : segment.parts
  })
}

const number = (value: string, kind = 'number') =>
  `<say-as interpret-as="${kind}"><value expr="'${value}'"/></say-as>`

t.test('numbers and dates are recordings of their pieces', async (t) => {
  t.strictSame(heard(`<audio src="prompt:number"/> ${number('2026')}.`), [
    '[Номер]',
    '[ике мең]',
    '[егерме алты]',
    '[.]',
  ])
  t.strictSame(heard(number('2026-11-25', 'date')), ['[егерме бишенче]', '[ноябрьдә]'])
  t.strictSame(heard('ун минут'), ['[ун]', '[минут]'], 'written words too')
})

t.test('a recording knows its words and their language', async (t) => {
  const { prompts } = talk(`<form><block><prompt>${number('5')}</prompt></block></form>`, {
    language: 'tt-RU',
    catalogues,
    audio,
  })
  t.strictSame(prompts[0]?.segments, [
    {
      kind: 'audio',
      src: 'recordings/tt-RU/pieces/bish.wav',
      words: { language: 'tt-RU', text: 'биш' },
    },
  ])
})

t.test('the first part of the language is enough', async (t) => {
  t.strictSame(heard(number('5'), { language: 'tt' }), ['[биш]'])
})

t.test('pauses stay, and a recording has its own manner', async (t) => {
  t.strictSame(heard(`${number('1')}<break time="300ms"/>${number('2')}`), ['[бер]', 300, '[ике]'])
  t.strictSame(heard(`<emphasis>${number('1')}</emphasis>`), ['[бер]'])
  t.strictSame(heard(`<prosody rate="slow">${number('1')} <break/> ${number('2')}</prosody>`), [
    '[бер]',
    500,
    '[ике]',
  ])
})

t.test('what has no recording stays speech, whole', async (t) => {
  t.strictSame(heard(`<value expr="'ун алма'"/> ${number('5')}`), [['ун алма'], '[биш]'])
  t.strictSame(heard('<audio src="prompt:lost"/>'), [['Юк']])
  t.strictSame(heard(number('5'), { audio: [] }), [['биш']])
  t.strictSame(heard(number('21'), { audio: audio.filter((path) => !path.includes('bish')) }), [
    '[егерме бер]',
  ])
})

t.test('a language with a voice is read out', async (t) => {
  t.strictSame(heard(number('21'), { language: 'ru-RU' }), [['двадцать один']])
})
