import t from 'tap'
import { piecesOf } from '../../src/numbers/spoken/spoken.ts'
import { pieceRecording, promptRecording } from '../../src/prompts/recordings.ts'

t.test('every piece has a file of its own that any file system takes', async (t) => {
  const pieces = [...(piecesOf('tt-RU') ?? [])]
  const files = pieces.map((piece) => pieceRecording('tt-RU', piece))
  t.equal(new Set(files).size, pieces.length)
  for (const file of files) t.match(file, /^recordings\/tt-RU\/pieces\/[a-z-]+\.wav$/)
  t.equal(pieceRecording('tt-RU', 'җиде'), 'recordings/tt-RU/pieces/djide.wav')
  t.equal(pieceRecording('tt-RU', ','), 'recordings/tt-RU/pieces/pause-short.wav')
})

t.test('the recording of a prompt is named by its key', async (t) => {
  t.equal(promptRecording('tt-RU', 'main.menu'), 'recordings/tt-RU/main.menu.wav')
})
