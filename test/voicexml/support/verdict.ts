import { type Circumstances, type Files, talk, vxml } from './talk.ts'

/** What a document says when it did as it should, and when it did not. */
export const pass = '<prompt>pass</prompt><exit/>'
export const fail = (why = "'fail'"): string =>
  `<prompt>fail <value expr="${why}"/></prompt><exit/>`

/** Handlers that turn every event nobody expects into a failure. */
export const unexpected = `<catch>${fail("'event ' + _event + ' ' + _message")}</catch>`

/** A document in which every event that nothing else catches is a failure. */
export const document = (body: string, attributes = ''): string =>
  vxml(`${body}${unexpected}`, attributes)

/** A field that takes one key and does nothing else by itself. */
export const field = (name: string, content = '', attributes = ''): string =>
  `<field name="${name}" ${attributes}><grammar mode="dtmf" version="1.0" root="r">
    <rule id="r"><one-of><item>1</item><item>2</item></one-of></rule></grammar>${content}</field>`

/**
 * Calls `main.vxml`, presses the keys turn by turn (empty: none within the timeout), and gives what the
 * last turn said; `…` where the call is still waiting.
 */
export const verdict = (
  files: Files,
  keys: readonly string[] = [],
  circumstances: Circumstances = {},
): string => {
  let call = talk(files, circumstances)
  for (const digits of keys) {
    if (call.turn.session === null) return `${call.said.join(' ')} (ended early)`
    call = call.press(digits)
  }
  return `${call.said.join(' ')}${call.turn.session === null ? '' : '…'}`
}
