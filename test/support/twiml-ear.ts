import type { FlowSet } from '../../src/calls/flow-set.ts'
import type { Step } from '../../src/calls/ports.ts'
import { recordedWords } from '../../src/calls/recorded-words.ts'
import type { Words } from '../../src/prompts/recordings.ts'
import { languageOf, spokenText } from '../../src/simulator/spoken-text.ts'
import { parseTwiml, type TwimlElement, textOf } from '../../src/simulator/twiml.ts'
import { validate } from '../../src/simulator/validate.ts'
import { streamAddresses } from '../../src/twilio/stream.ts'
import { renderStep } from '../../src/twilio/twiml.ts'
import type { Stop } from './pure-phone.ts'
import type { Heard, Said } from './transcript.ts'

const addresses = {
  audioUrl: (hash: string) => `https://hotline.example/audio/${hash}`,
  turnUrl: (turn: number) => `https://hotline.example/voice/turn/${turn}`,
  roomUrl: (reservation: string) => `https://hotline.example/voice/bridge/${reservation}`,
  stream: streamAddresses(() => 'https://hotline.example'),
  waitUrl: (place: string) => `https://hotline.example/voice/wait/${place}`,
}

/** What is known of the words of a recording at an address. */
export type WordsAt = (url: string) => Words | null

/** Addresses of recordings end in the hash of their content. */
export const wordsIn =
  (audio: FlowSet['audio']): WordsAt =>
  (url) =>
    recordedWords(audio, /\/audio\/([0-9a-f]{64})/.exec(url)?.[1] ?? '')

/** A turn as TwiML. */
export const twimlOf = (audio: FlowSet['audio'], { prompts, language, wait }: Stop): string =>
  renderStep(addresses, audio, { prompts, language, next: nextOf(wait), nextTurn: 1 })

/** Hears a turn as the carrier does: rendered as TwiML, found valid, read again. */
export const hearTwiml =
  (audio: FlowSet['audio']) =>
  (stop: Stop): Heard =>
    readTwiml(twimlOf(audio, stop), wordsIn(audio)).heard

/**
 * What a caller hears of a document, and the address that what happens then is sent to. Throws when
 * the carrier would complain of the document.
 */
export const readTwiml = (twiml: string, wordsAt: WordsAt = () => null): ReadTwiml => {
  const read = parseTwiml(twiml)
  if (read.kind === 'fault') throw new Error(`${read.code} ${read.message}: ${twiml}`)
  const { warnings } = validate(read.root)
  if (warnings.length > 0) throw new Error(`${JSON.stringify(warnings)}: ${twiml}`)
  const gather = read.root.children.find((child) => isElement(child, 'Gather'))
  const attributes = isElement(gather, 'Gather') ? gather.attributes : null
  const verb = read.root.children.find(
    (child) =>
      isElement(child, 'Record') || isElement(child, 'Dial') || isElement(child, 'Enqueue'),
  )
  const other = typeof verb === 'object' ? verb : null
  return {
    heard: {
      said: read.root.children.flatMap((child) => saidBy(child, true, wordsAt)),
      marks: [],
      next: attributes === null ? nextBy(other) : listening(attributes),
    },
    action: (attributes ?? other?.attributes)?.['action'] ?? null,
    waitUrl: other?.attributes['waitUrl'] ?? null,
    recording:
      other?.name === 'Record'
        ? {
            maxSeconds: Number(other.attributes['maxLength']),
            silenceSeconds: Number(other.attributes['timeout']),
          }
        : null,
  }
}

type ReadTwiml = {
  readonly heard: Heard
  readonly action: string | null
  /** Where somebody who waits in a queue is told how long. */
  readonly waitUrl: string | null
  /** The limits of its `<Record>`, if it has one. */
  readonly recording: { readonly maxSeconds: number; readonly silenceSeconds: number } | null
}

const nextOf = (wait: Stop['wait']): Step['next'] => {
  if (wait.kind === 'input') return { kind: 'input', wait }
  if (wait.kind === 'record') return { kind: 'record', wait }
  if (wait.kind === 'transfer') return { kind: 'transfer', wait, callerId: null }
  if (wait.kind === 'queue') return { kind: 'queue', wait }
  return { kind: 'hang-up' }
}

const nextBy = (verb: TwimlElement | null): Heard['next'] => {
  if (verb?.name === 'Record') {
    const { maxLength, finishOnKey = '' } = verb.attributes
    return { kind: 'record', maxSeconds: Number(maxLength), keys: finishOnKey }
  }
  if (verb?.name === 'Dial') {
    return { kind: 'transfer', manner: 'bridge', to: textOf(verb).trim() }
  }
  if (verb?.name === 'Enqueue') return { kind: 'queue', queue: textOf(verb).trim() }
  return { kind: 'end', how: '' }
}

type Node = TwimlElement | string | undefined

const isElement = (node: Node, name: string): node is TwimlElement =>
  typeof node === 'object' && node.name === name

const saidBy = (node: Node, uninterrupted: boolean, wordsAt: WordsAt): readonly Said[] => {
  if (isElement(node, 'Gather'))
    return node.children.flatMap((child) => saidBy(child, false, wordsAt))
  if (isElement(node, 'Play')) {
    const words = wordsAt(textOf(node))
    return words === null ? [] : [{ ...words, uninterrupted }]
  }
  if (!isElement(node, 'Say')) return []
  return [{ language: languageOf(node), text: spokenText(node).text, uninterrupted }]
}

const listening = (attributes: TwimlElement['attributes']): Heard['next'] => {
  const { numDigits, finishOnKey, timeout } = attributes
  return {
    kind: 'listen',
    maxDigits: numDigits === undefined ? null : Number(numDigits),
    termChar: finishOnKey === '' || finishOnKey === undefined ? null : finishOnKey,
    seconds: Number(timeout),
  }
}
