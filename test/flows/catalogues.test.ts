import t from 'tap'
import { estimateSpeechSeconds } from '../../src/prompts/speech-seconds.ts'
import { readShippedFlows, transcriptFiles } from '../support/shipped-flows.ts'

const { flowSet } = await readShippedFlows()
const { catalogues, flow } = flowSet.setting

t.test('every language has the same prompts', async (t) => {
  const [first, ...others] = [...catalogues.values()].map((prompts) => [...prompts.keys()].sort())
  for (const other of others) t.strictSame(other, first)
})

t.test('every prompt is used, and every prompt that is used exists', async (t) => {
  const named = new Set<string>()
  for (const { xml } of flow.documents.values())
    for (const [, key = ''] of JSON.stringify(xml).matchAll(/"prompt:([^"]+)"/g)) named.add(key)
  for (const prompts of catalogues.values())
    t.strictSame([...prompts.keys()].sort(), [...named].sort())
})

t.test('documents name no language, so that they serve every one', async (t) => {
  for (const document of flow.documents.values())
    t.notMatch(JSON.stringify(document.xml), /"(?:xml:)?lang"/, document.path)
})

t.test('greetings take less than six seconds', async (t) => {
  for (const [language, prompts] of catalogues) {
    const seconds = (key: string) => estimateSpeechSeconds(prompts.get(key)?.text ?? '', language)
    for (const key of ['hotline', 'regional', 'business'])
      t.ok(seconds('legal.recording') + seconds(`greeting.${key}`) < 6, `${language} ${key}`)
    t.ok(seconds('emergency.greeting') < 6, `${language} emergency`)
    t.ok(seconds('legal.integrated') < 7, `${language} integrated`)
  }
})

t.test('no prompt takes more than twenty seconds', async (t) => {
  for (const [language, prompts] of catalogues) {
    for (const [key, { text }] of prompts)
      t.ok(estimateSpeechSeconds(text, language) <= 20, `${language} ${key}`)
  }
})

t.test('no prompt offers more than five keys without a pause', async (t) => {
  const keys =
    /(?:— (?:нажмите )?(?:звёздочка|ноль|один|два|три|четыре|пять|шесть|восемь|девять)|— (?:(?:нольгә|бергә|дүрткә) басыгыз|йолдызчык|ноль|бер|ике|өч|дүрт|биш|алты|сигез|тугыз)|(?:press|,) (?:zero|one|two|three|four|five|six|eight|nine|star))\./g
  for (const [language, prompts] of catalogues) {
    for (const [key, { text }] of prompts)
      t.ok((text.match(keys)?.length ?? 0) <= 5, `${language} ${key}`)
  }
})

/** Heard while waiting, between two turns: test/web/voice/waiting.test.ts. */
const isHeardWaiting = (key: string) => key.startsWith('queue.')

t.test('every prompt is heard in a golden conversation', async (t) => {
  const heard = transcriptFiles()
    .map(({ text }) => text)
    .join('')
  const keys = new Set(
    [...catalogues.values()]
      .flatMap((prompts) => [...prompts.keys()])
      .filter((key) => !isHeardWaiting(key)),
  )
  const silent = [...keys].filter((key) =>
    [...catalogues.values()].every((prompts) => !heard.includes(prompts.get(key)?.text ?? key)),
  )
  t.strictSame(silent, [])
})
