import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { recordPrompts } from '../../../src/flow-files/recordings/record.ts'
import { wavFault } from '../../../src/flow-files/wav.ts'
import { piecesOf } from '../../../src/numbers/spoken/spoken.ts'

/** A short tone as a synthesiser gives it. */
const spoken = (): Uint8Array => {
  const file = Buffer.alloc(44 + 2 * 1500)
  file.write('RIFF\0\0\0\0WAVEfmt ', 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(22_050, 24)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(2 * 1500, 40)
  for (let at = 0; at < 1500; at++)
    file.writeInt16LE(Math.round(9000 * Math.sin(at / 8)), 44 + 2 * at)
  return file
}

const greeting = 'recordings/tt-RU/greeting.wav'

t.test(
  'recordings are made once, again when their text changes, never over a person',
  async (t) => {
    const folder = t.testdir({
      prompts: { 'tt-RU.yaml': 'greeting: Исәнмесез\nbye: Сау булыгыз\n' },
    })
    const said: string[] = []
    const record = () => {
      said.length = 0
      return recordPrompts(
        folder,
        'tt-RU',
        async (text) => {
          said.push(text)
          return spoken()
        },
        () => {},
      )
    }
    const first = await record()
    const pieces = piecesOf('tt-RU')?.size ?? 0
    t.equal(first.made.length, pieces + 2)
    t.equal(said.length, pieces, 'the two pauses need no voice')
    for (const path of first.made) t.equal(wavFault(readFileSync(join(folder, path))), null, path)

    const second = await record()
    t.strictSame(said, [])
    t.equal(second.kept, pieces + 2)
    t.equal(second.bytes, first.bytes)

    writeFileSync(join(folder, 'prompts/tt-RU.yaml'), 'greeting: Хәерле көн\n')
    const third = await record()
    t.strictSame(said, ['Хәерле көн'])
    t.strictSame(third.dropped, ['recordings/tt-RU/bye.wav'])
    t.notOk(existsSync(join(folder, 'recordings/tt-RU/bye.wav')))

    writeFileSync(join(folder, greeting), 'a voice')
    await record()
    writeFileSync(join(folder, 'prompts/tt-RU.yaml'), 'greeting: Хәерле кич\n')
    const fifth = await record()
    t.strictSame(said, [])
    t.strictSame(fifth.outdated, [greeting])
    t.equal(readFileSync(join(folder, greeting), 'utf8'), 'a voice')
  },
)

t.test('a text of which nothing is heard stops the work', async (t) => {
  const folder = t.testdir({ prompts: { 'tt-RU.yaml': 'greeting: …\n' } })
  const mute = async () => spoken().fill(0, 44)
  await t.rejects(
    recordPrompts(folder, 'tt-RU', mute, () => {}),
    /nothing is heard of "…"/,
  )
})

t.test('a language without a catalogue has nothing to record', async (t) => {
  await t.rejects(
    recordPrompts(
      t.testdir({}),
      'tt-RU',
      async () => spoken(),
      () => {},
    ),
    /ENOENT/,
  )
})
