/** What a line without sound carries: zero in G.711 µ-law. */
export const silence = 0xff

/** Samples a second of a telephone line. */
export const rate = 8000

/** A µ-law byte as a linear sample, −32,124 … 32,124. */
const linear = (byte: number): number => {
  const bits = ~byte & 0xff
  const magnitude = (((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)
  return (bits & 0x80) === 0 ? magnitude - 0x84 : 0x84 - magnitude
}

/** Power of a sample by its µ-law byte: 0 … 1, where 1 is the loudest a line carries. */
export const powers: Float64Array = Float64Array.from({ length: 256 }, (_, byte) => {
  const share = linear(byte) / 32_124
  return share * share
})
