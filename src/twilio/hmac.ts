import { hash } from 'node:crypto'

const blockBytes = 64
const digestBytes = 20

/**
 * HMAC-SHA1 in base64 under a key, put together as RFC 2104 has it from two hashes made in one go: an object
 * such as `createHmac` makes for every text costs more than all the hashing. Null for a key that does not
 * fit into a block as it is, or is not of ASCII alone; the carrier's are 32 hexadecimal digits.
 */
export const hmacUnder = (key: string): ((text: string) => string) | null => {
  if (key.length > blockBytes || /[^\0-\x7f]/.test(key)) return null
  // Exclusive or keeps ASCII in ASCII, so that text can follow it.
  const inner = padded(key, 0x36).toString('latin1')
  const outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(digestBytes)])
  return (text) => {
    outer.write(hash('sha1', inner + text, 'binary'), blockBytes, 'latin1')
    return hash('sha1', outer, 'base64')
  }
}

const padded = (key: string, pad: number): Buffer =>
  Buffer.from(key.padEnd(blockBytes, '\0'), 'latin1').map((byte) => byte ^ pad) as Buffer
