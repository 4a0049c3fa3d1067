import { languageOf, spokenText } from '../../src/simulator/spoken-text.ts'
import { parseTwiml, type TwimlElement } from '../../src/simulator/twiml.ts'
import { validate } from '../../src/simulator/validate.ts'
import { renderStep } from '../../src/twilio/twiml.ts'
import type { Stop } from './pure-phone.ts'
import type { Heard, Said } from './transcript.ts'

const addresses = {
  audioUrl: (hash: string) => `https://hotline.example/audio/${hash}`,
  turnUrl: (turn: number) => `https://hotline.example/voice/turn/${turn}`,
}

/** Hears a turn as the carrier does: rendered as TwiML, found valid, read again. */
export const hearTwiml = ({ prompts, language, wait }: Stop): Heard =>
  readTwiml(
    renderStep(addresses, new Map(), {
      prompts,
      language,
      next: wait.kind === 'input' ? { kind: 'input', wait } : { kind: 'hang-up' },
      nextTurn: 1,
    }),
  ).heard

/**
 * What a caller hears of a document, and the address that its `<Gather>` sends keys to. Throws when
 * the carrier would complain of the document.
 */
export const readTwiml = (twiml: string): { heard: Heard; action: string | null } => {
  const read = parseTwiml(twiml)
  if (read.kind === 'fault') throw new Error(`${read.code} ${read.message}: ${twiml}`)
  const { warnings } = validate(read.root)
  if (warnings.length > 0) throw new Error(`${JSON.stringify(warnings)}: ${twiml}`)
  const gather = read.root.children.find((child) => isElement(child, 'Gather'))
  const attributes = isElement(gather, 'Gather') ? gather.attributes : null
  return {
    heard: {
      said: read.root.children.flatMap((child) => saidBy(child, true)),
      marks: [],
      next: attributes === null ? { kind: 'end', how: '' } : listening(attributes),
    },
    action: attributes?.['action'] ?? null,
  }
}

type Node = TwimlElement | string | undefined

const isElement = (node: Node, name: string): node is TwimlElement =>
  typeof node === 'object' && node.name === name

const saidBy = (node: Node, uninterrupted: boolean): readonly Said[] => {
  if (isElement(node, 'Gather')) return node.children.flatMap((child) => saidBy(child, false))
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
