import type { ProgressNews, RungLeg } from '../ring.ts'
import { methodOf, resolveUrl, type Stage } from '../stage.ts'
import { type TwimlElement, textOf } from '../twiml.ts'

/** A telephone to ring. */
export type Target = {
  readonly kind: 'number' | 'sip' | 'client'
  readonly address: string
  readonly noun: TwimlElement
}

/** A telephone that rings, or rang. */
export type Ringing = { readonly target: Target; readonly leg: RungLeg }

/** Numbers that a telephone network can carry. */
const e164 = /^\+[1-9]\d{6,14}$/

const part = (noun: TwimlElement, name: string): TwimlElement | undefined =>
  noun.children.filter((child) => typeof child !== 'string').find((child) => child.name === name)

/** What a `<Dial>` rings. */
export const targetsOf = (verb: TwimlElement, { leg }: Stage): readonly Target[] => {
  const nouns = verb.children.filter((child) => typeof child !== 'string')
  if (nouns.length === 0) return [{ kind: 'number', address: textOf(verb).trim(), noun: verb }]
  return nouns.flatMap((noun): Target[] => {
    if (noun.name === 'Number') return [{ kind: 'number', address: textOf(noun).trim(), noun }]
    if (noun.name === 'Sip') {
      const uri = textOf(part(noun, 'Uri') ?? noun).trim()
      return [{ kind: 'sip', address: uri.replace(/\?.*$/s, ''), noun }]
    }
    if (noun.name === 'Client') {
      const identity = part(noun, 'Identity')
      const own = noun.children.filter((child) => typeof child === 'string').join('')
      const address = `client:${(identity ? textOf(identity) : own).trim()}`
      return [{ kind: 'client', address, noun }]
    }
    leg.note(12200, `The simulated carrier does not ring <${noun.name}>`)
    return []
  })
}

const newsOf = (noun: TwimlElement, stage: Stage): ProgressNews | null => {
  const text = noun.attributes['statusCallback']
  const url = text === undefined || text === '' ? null : resolveUrl(text, stage)
  if (url === null) return null
  const events = noun.attributes['statusCallbackEvent']?.trim().split(/\s+/) ?? ['completed']
  return { url, method: methodOf(noun, 'statusCallbackMethod'), events }
}

const customOf = ({ kind, noun }: Target): Readonly<Record<string, string>> =>
  kind !== 'client'
    ? {}
    : Object.fromEntries(
        noun.children.flatMap((child) =>
          typeof child === 'string' || child.name !== 'Parameter'
            ? []
            : [[child.attributes['name'] ?? '', child.attributes['value'] ?? '']],
        ),
      )

/** Makes one telephone ring. */
export const ring = (
  target: Target,
  seconds: number,
  verb: TwimlElement,
  stage: Stage,
  changed: () => void,
): Ringing => {
  const { noun, address, kind } = target
  const own = noun === verb ? {} : noun.attributes
  const whisper = own['url'] === undefined ? null : resolveUrl(own['url'], stage)
  const detection = own['machineDetection']
  const amdUrl = own['amdStatusCallback']
  const invalid = kind === 'number' && !e164.test(address)
  if (invalid) stage.leg.note(13223, `Dial: invalid phone number format ${address}`)
  stage.leg.report({ type: 'transfer', state: 'ringing', to: address })
  const leg = stage.ring({
    to: address,
    from: verb.attributes['callerId'] ?? stage.from,
    seconds,
    custom: customOf(target),
    whisper: whisper === null ? null : { url: whisper, method: methodOf(noun) },
    news: noun === verb ? null : newsOf(noun, stage),
    machineDetection:
      (detection === 'Enable' || detection === 'DetectMessageEnd') && amdUrl !== undefined
        ? {
            mode: detection,
            news: {
              url: resolveUrl(amdUrl, stage) ?? amdUrl,
              method: methodOf(noun, 'amdStatusCallbackMethod'),
            },
          }
        : null,
    invalid,
    changed,
  })
  return { target, leg }
}
