import type { Utterance } from '../leg.ts'
import { languageOf, spokenText } from '../spoken-text.ts'
import { actionOf, loopOf, next, numberOf, type Stage, type Step, type Verb } from '../stage.ts'
import type { TwimlElement } from '../twiml.ts'
import { soundOf } from './play.ts'

/** A prompt inside a `<Gather>`, ready to be played; a pause has no utterance. */
type Prompt = { readonly utterance: Utterance } | { readonly milliseconds: number }

/** Every file is fetched before the first prompt sounds. */
const prepare = async (
  verb: TwimlElement,
  stage: Stage,
): Promise<readonly Prompt[] | Extract<Step, { kind: 'fault' }>> => {
  const prompts: Prompt[] = []
  for (const child of verb.children) {
    if (typeof child === 'string') continue
    if (child.name === 'Pause') {
      prompts.push({ milliseconds: numberOf(child, 'length', 1) * 1000 })
      continue
    }
    const spoken = child.name === 'Say' ? spokenText(child) : null
    if (spoken?.text === '') continue
    if (child.name === 'Play' && child.attributes['digits'] !== undefined) {
      stage.leg.note(12200, '<Play digits> may not stand in <Gather>')
      continue
    }
    const sound = spoken
      ? ({ kind: 'utterance', utterance: { ...spoken, language: languageOf(child) } } as const)
      : await soundOf(child, stage)
    if (sound.kind === 'fault') return sound
    for (let round = loopOf(child); round > 0; round -= 1) prompts.push(sound)
  }
  return prompts
}

/**
 * Plays its prompts and collects keys. The first key stops the prompts; the timeout runs from their end
 * or from the last key. Keys collected go to `action`; without any the next verb runs, unless
 * `actionOnEmptyResult` says otherwise. Source: twilio.com/docs/voice/twiml/gather.
 */
export const gather: Verb = async (verb, stage) => {
  const { leg } = stage
  leg.answer()
  const hearsKeys = /(^|\s)dtmf(\s|$)/.test(verb.attributes['input'] ?? 'dtmf')
  if (/speech/.test(verb.attributes['input'] ?? '')) {
    leg.note(12200, 'The simulated carrier does not recognise speech; it stays silent')
  }
  const maxDigits = numberOf(verb, 'numDigits', 0) || null
  const finishOnKey = verb.attributes['finishOnKey'] ?? '#'
  const timeoutSeconds = numberOf(verb, 'timeout', 5)
  const prompts = await prepare(verb, stage)
  if ('kind' in prompts) return prompts
  if (leg.interruption()) return next

  const barges = verb.attributes['bargeIn'] !== 'false'
  if (hearsKeys) leg.listen()
  leg.report({ type: 'listening', maxDigits, finishOnKey, timeoutSeconds })
  let cut = false
  for (const prompt of prompts) {
    const awakening =
      'utterance' in prompt
        ? await leg.say(prompt.utterance, { keys: barges })
        : await leg.wait(prompt.milliseconds, { keys: barges })
    cut = awakening === 'key'
    if (cut || awakening === 'interrupted') break
  }
  if (!cut && !leg.interruption()) leg.report({ type: 'prompted', timeoutSeconds })

  let digits = ''
  let finishedOnKey = ''
  while (maxDigits === null || digits.length < maxDigits) {
    const awakening = await leg.wait(timeoutSeconds * 1000)
    if (awakening === 'interrupted' || awakening === 'elapsed') break
    const key = awakening === 'key' ? leg.takeKey() : undefined
    if (key === undefined) continue
    if (key === finishOnKey) {
      finishedOnKey = key
      break
    }
    digits += key
  }
  leg.deafen()
  if (leg.interruption()) return next
  leg.report({ type: 'heard', digits })
  if (digits === '' && verb.attributes['actionOnEmptyResult'] !== 'true') return next
  return actionOf(verb, stage, [
    ['Digits', digits],
    ['FinishedOnKey', finishedOnKey],
    ['msg', 'Gather End'],
  ])
}
