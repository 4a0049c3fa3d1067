import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createDialLines } from '../../src/simulator/dial-lines.ts'

t.test('what is put together from recordings becomes one line, sentence by sentence', async (t) => {
  const output = new PassThrough()
  const { print, printRecorded } = createDialLines(output)
  print('The line answered.')
  for (const said of ['Исәнмесез.', 'Гариза номеры', 'ике мең', ',', 'ноль', '.', 'Теркәлгән.'])
    printRecorded(said)
  print('< 1')
  printRecorded('Сау булыгыз.')
  print('The line ended the call.')
  output.end()
  t.equal(
    await text(output),
    [
      'The line answered.',
      '> Исәнмесез.',
      '> Гариза номеры ике мең, ноль.',
      '> Теркәлгән.',
      '< 1',
      '> Сау булыгыз.',
      'The line ended the call.',
      '',
    ].join('\n'),
  )
})
