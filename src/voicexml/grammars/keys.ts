import { keySequence } from './expansion.ts'
import { type Compiled, createGrammar } from './grammar.ts'

/** The grammar of a `dtmf` attribute of `<choice>`, `<option>` or `<link>`: keys, with or without spaces between. */
export const keysGrammar = (text: string): Compiled => {
  const digits = text.replace(/\s+/g, '')
  return /^[0-9*#]{1,64}$/.test(digits)
    ? createGrammar(keySequence(digits))
    : { fault: { message: `"${text}" is not a sequence of keys`, place: null, file: null } }
}
