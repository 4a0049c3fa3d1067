/**
 * Speaks text to WAV with `espeak-ng`, in a process of its own: the synthesiser is under the GPL, is only
 * there for development and demonstration, and keeps a processor busy while it speaks. Asked and
 * answered over the channel of `child_process.fork`.
 */
type Espeak = { readonly FS: { readFile(path: string): Uint8Array } }
type Asked = {
  readonly id: number
  readonly voice: string
  readonly text: string
  readonly wordsPerMinute: number
}

// The package has no types, and may be absent.
const name = 'espeak-ng'
const { default: espeak } = (await import(name)) as {
  default: (module: {
    readonly arguments: readonly string[]
    readonly print: () => void
    readonly printErr: () => void
  }) => Promise<Espeak>
}

const speak = async ({ voice, text, wordsPerMinute }: Asked): Promise<Uint8Array> => {
  const silent = (): void => {}
  const spoken = await espeak({
    arguments: ['-w', 'speech.wav', '-v', voice, '-s', String(wordsPerMinute), '--', text],
    print: silent,
    printErr: silent,
  })
  return spoken.FS.readFile('speech.wav')
}

process.on('message', (asked: Asked) => {
  speak(asked).then(
    (wav) => process.send?.({ id: asked.id, wav: Buffer.from(wav).toString('base64') }),
    (error: unknown) => process.send?.({ id: asked.id, fault: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
