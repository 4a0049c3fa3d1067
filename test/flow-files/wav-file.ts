/** A WAV file of silence; by default what a flow folder takes. */
export const wav = ({
  channels = 1,
  rate = 8000,
  bits = 16,
  tag = 1,
  bytes = 320,
} = {}): Buffer => {
  const file = Buffer.alloc(44 + bytes)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + bytes, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(tag, 20)
  file.writeUInt16LE(channels, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE((rate * channels * bits) / 8, 28)
  file.writeUInt16LE((channels * bits) / 8, 32)
  file.writeUInt16LE(bits, 34)
  file.write('data', 36)
  file.writeUInt32LE(bytes, 40)
  return file
}
