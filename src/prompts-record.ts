import process, { argv, env, stdout } from 'node:process'
import { recordPrompts } from './flow-files/recordings/record.ts'
import { createSpeaker } from './simulator/speech.ts'

/**
 * Recordings for the languages that no voice speaks, by the synthesiser `espeak-ng` in a process of its own:
 * good enough to hear every word and to try the flows, a stand-in until a person has spoken them.
 */
const language = argv[2] ?? 'tt-RU'
const directory = env['FLOWS_DIR'] ?? 'ivr-flows'
const speaker = createSpeaker(undefined, { wordsPerMinute: 190 })

const synthesise = async (text: string): Promise<Uint8Array> => {
  const spoken = await speaker.speak(language, text)
  if (spoken.kind === 'none') throw new Error(`"${text}" cannot be spoken: ${spoken.why}`)
  return spoken.wav
}

try {
  const recorded = await recordPrompts(directory, language, synthesise, (path) =>
    stdout.write(`${path}\n`),
  )
  for (const path of recorded.outdated) {
    stdout.write(`! ${path} was recorded by a person and its text has changed: record it again\n`)
  }
  const { made, kept, dropped, bytes } = recorded
  stdout.write(
    `${language}: ${made.length} made, ${kept} kept, ${dropped.length} removed, ${(bytes / 1e6).toFixed(1)} MB\n`,
  )
} catch (fault) {
  stdout.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
  process.exitCode = 1
} finally {
  speaker.close()
}
