import { rate } from './mu-law.ts'

/** Left: the caller (inbound). Right: the line, and whoever talks to the caller (outbound). */
export const channels = 2

/** Bytes before the sound. */
export const headerBytes = 58

/** Bytes of sound in a millisecond, both channels. */
export const bytesPerMs = (rate / 1000) * channels

/**
 * Header of a WAV file in G.711 µ-law (format 7), two channels, 8,000 samples a second: the sound as it came
 * over the wire, which every browser plays.
 *
 * @param dataBytes length of the sound that follows, even
 * @see https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
 */
export const wavHeader = (dataBytes: number): Buffer => {
  const header = Buffer.alloc(headerBytes)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(headerBytes - 8 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(18, 16)
  header.writeUInt16LE(7, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * channels, 28)
  header.writeUInt16LE(channels, 32)
  header.writeUInt16LE(8, 34)
  // Encodings other than PCM carry an extension of the format, here empty, and a count of samples.
  header.writeUInt16LE(0, 36)
  header.write('fact', 38, 'latin1')
  header.writeUInt32LE(4, 42)
  header.writeUInt32LE(dataBytes / channels, 46)
  header.write('data', 50, 'latin1')
  header.writeUInt32LE(dataBytes, 54)
  return header
}
