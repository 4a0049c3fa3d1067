import { sayAs } from '../../numbers/spoken/spoken.ts'
import { resolveAddress } from '../addresses.ts'
import { elementsOf } from '../check/walk.ts'
import { type Compiler, expressionIn, misplaced, within } from '../compiler.ts'
import type { XmlElement, XmlNode } from '../element.ts'
import { type Caching, cachingIn, isAudible } from '../fetching.ts'
import type { Run, Sound, Speech } from '../flow.ts'
import type { SpeechPart } from '../prompt-queue.ts'
import { milliseconds } from '../properties.ts'
import { recordingOf } from '../recording.ts'
import { contextOf, spend, textOf } from '../run.ts'
import { newScope } from '../scopes.ts'
import { tidy } from '../sounds.ts'
import { isConstant, remembered } from './constant-speech.ts'
import { compileForeach } from './foreach.ts'

/** Text, markup and values in the order they are spoken. */
export const compileSpeech = (nodes: readonly XmlNode[], compiler: Compiler): Speech => {
  const pieces = nodes.map((node) => compileNode(node, compiler))
  const speak: Speech = (run, language) => pieces.flatMap((piece) => piece(run, language))
  return nodes.every(isConstant) ? remembered(speak) : speak
}

const compileNode = (node: XmlNode, compiler: Compiler): Speech => {
  if (node.kind === 'text') {
    const text = node.text.replace(/\s+/g, ' ')
    return (run, language) => say(run, language, text)
  }
  const compile = speech.get(node.name)
  return compile === undefined ? () => [] : compile(node, compiler)
}

const say = (run: Run, language: string, text: string): readonly Sound[] => {
  spend(run, 'characters', text.length)
  return text === '' ? [] : [{ kind: 'part', language, part: text }]
}

const inside = (element: XmlElement, compiler: Compiler): Speech =>
  compileSpeech(element.children, compiler)

/** Content in which `xml:lang` may change the language. */
const passage = (element: XmlElement, compiler: Compiler): Speech => {
  const language = element.attributes['xml:lang']
  const speak = inside(element, within(element, compiler))
  return (run, outer) => {
    const own = language ?? outer
    return [...say(run, own, ' '), ...speak(run, own), ...say(run, own, ' ')]
  }
}

/** Puts a wrapper around what is spoken without a break; recordings stay outside of it. */
const wrap = (
  sounds: readonly Sound[],
  around: (parts: readonly SpeechPart[]) => SpeechPart,
): readonly Sound[] => {
  const wrapped: Sound[] = []
  let parts: SpeechPart[] = []
  sounds.forEach((sound, index) => {
    if (sound.kind === 'audio') {
      wrapped.push(sound)
      return
    }
    parts.push(sound.part)
    const next = sounds[index + 1]
    if (next?.kind === 'part' && next.language === sound.language) return
    wrapped.push({ kind: 'part', language: sound.language, part: around(tidy(parts)) })
    parts = []
  })
  return wrapped
}

type Compile = (element: XmlElement, compiler: Compiler) => Speech

const compileAudio: Compile = (element, compiler) => {
  const src = element.attributes['src']
  const computed = expressionIn(element, 'expr', compiler)
  const caching = cachingIn(element, 'audio')
  const fallback = inside(element, compiler)
  return (run, language) => {
    const value = src ?? computed?.(run)
    if (value === undefined || value === null) return []
    const recording = typeof value === 'string' ? null : recordingOf(value)
    if (recording !== null) return [{ kind: 'audio', src: recording.address }]
    const address = textOf(run, value).trim()
    const found = address.startsWith('prompt:')
      ? fromCatalogue(run, language, address.slice('prompt:'.length))
      : fromAddress(run, address, compiler.promptBase ?? contextOf(run).document.base, caching)
    return found ?? fallback(run, language)
  }
}

const fromAddress = (
  run: Run,
  address: string,
  base: string,
  caching: Caching,
): readonly Sound[] | null => {
  const resolved = resolveAddress(address, base)
  if (resolved.kind === 'here') return null
  const src = resolved.kind === 'file' ? resolved.path : resolved.url
  const isThere =
    run.sources.hasAudio(src) || (resolved.kind === 'web' && isAudible(run, src, caching))
  return isThere ? [{ kind: 'audio', src }] : null
}

/** A recorded prompt where its file exists, else its text; null when the language lacks the key. */
export const fromCatalogue = (run: Run, language: string, key: string): readonly Sound[] | null => {
  const prompt = catalogueText(run, language, key)
  if (prompt === undefined) return null
  return prompt.audio !== undefined && run.sources.hasAudio(prompt.audio)
    ? [{ kind: 'audio', src: prompt.audio, words: { language, text: prompt.text } }]
    : say(run, language, prompt.text.replace(/\s+/g, ' '))
}

/** Language tags agree as a whole or else in their first part: `ru` is served by `ru-RU`. */
const catalogueText = (run: Run, language: string, key: string) => {
  const exact = run.sources.catalogues.get(language)
  if (exact !== undefined) return exact.get(key)
  const [primary] = language.split('-')
  for (const [name, catalogue] of run.sources.catalogues) {
    if (name.split('-')[0] === primary) return catalogue.get(key)
  }
  return undefined
}

const compileValue: Compile = (element, compiler) => {
  const expression = expressionIn(element, 'expr', compiler)
  return (run, language) => say(run, language, textOf(run, expression?.(run)))
}

const BREAKS: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['x-weak', 100],
  ['weak', 250],
  ['medium', 500],
  ['strong', 1000],
  ['x-strong', 2000],
])

const compileBreak: Compile = ({ attributes }) => {
  const { strength, time } = attributes
  const pause = time === undefined ? BREAKS.get(strength ?? 'medium') : milliseconds(time)
  const part: SpeechPart = { kind: 'break', milliseconds: Math.min(pause ?? 500, 60_000) }
  return (_, language) => (part.milliseconds === 0 ? [] : [{ kind: 'part', language, part }])
}

const compileEmphasis: Compile = (element, compiler) => {
  const level = element.attributes['level'] ?? 'moderate'
  const speak = inside(element, compiler)
  return (run, language) =>
    wrap(speak(run, language), (parts) => ({ kind: 'emphasis', level, parts }))
}

const compileProsody: Compile = (element, compiler) => {
  const { rate, pitch, volume } = element.attributes
  const manner = {
    ...(rate === undefined ? {} : { rate }),
    ...(pitch === undefined ? {} : { pitch }),
    ...(volume === undefined ? {} : { volume }),
  }
  const speak = inside(element, compiler)
  return (run, language) =>
    wrap(speak(run, language), (parts) => ({ kind: 'prosody', ...manner, parts }))
}

const compileSayAs: Compile = (element, compiler) => {
  const interpretAs = element.attributes['interpret-as'] ?? ''
  const format = element.attributes['format'] ?? ''
  const speak = inside(element, compiler)
  return (run, language) => {
    const text = plainText(speak(run, language)).trim()
    return say(run, language, sayAs(language, interpretAs, format, text) ?? text)
  }
}

/** What would be spoken, without markup and recordings. */
export const plainText = (sounds: readonly Sound[]): string =>
  sounds.map((sound) => (sound.kind === 'part' ? plainPart(sound.part) : '')).join('')

const plainPart = (part: SpeechPart): string => {
  if (typeof part === 'string') return part
  return part.kind === 'break' ? ' ' : part.parts.map(plainPart).join('')
}

const compileSub: Compile = (element) => {
  const alias = element.attributes['alias'] ?? ''
  return (run, language) => say(run, language, alias)
}

/** Words between a choice and its key, where the catalogue has no prompt `default.press`. */
const PRESS: ReadonlyMap<string, string> = new Map([
  ['ru', 'нажмите'],
  ['tt', 'басыгыз'],
  ['en', 'press'],
])

/** `<enumerate>`: each choice or option in turn, by the template inside or a plain sentence. */
const compileEnumerate: Compile = (element, compiler) => {
  const template = element.children.length > 0 ? inside(element, compiler) : null
  return (run, language) => {
    const { at, dialog } = contextOf(run)
    const enumerable = (typeof at === 'number' ? dialog.items[at]?.enumerable : undefined) ?? []
    return enumerable.flatMap(({ speech: speak, keys }): readonly Sound[] => {
      const prompt = plainText(speak(run, language)).trim()
      if (template === null) {
        const key = keys === '' ? '' : `: ${pressWord(run, language)} ${keys}`
        return say(run, language, ` ${prompt}${key}. `)
      }
      const outside = run.local
      const scope = newScope()
      scope['_prompt'] = prompt
      scope['_dtmf'] = keys
      run.local = [scope, ...outside]
      try {
        return template(run, language)
      } finally {
        run.local = outside
      }
    })
  }
}

const pressWord = (run: Run, language: string): string =>
  catalogueText(run, language, 'default.press')?.text ??
  PRESS.get(language.split('-')[0] ?? '') ??
  'press'

/** `<foreach>` inside a prompt (VoiceXML 2.1 section 6). */
const compileSpokenForeach: Compile = (element, compiler) => {
  for (const child of elementsOf(element)) {
    if (!speech.has(child.name)) misplaced(child, compiler)
  }
  const each = compileForeach(element, compiler)
  const speak = inside(element, compiler)
  return (run, language) => {
    const sounds: Sound[] = []
    each(run, () => {
      sounds.push(...speak(run, language))
      return undefined
    })
    return sounds
  }
}

/** `<mark>` (VoiceXML 2.1 section 3): nobody tells how far a prompt was heard, so only its name is looked at. */
const compileMark: Compile = (element, compiler) => {
  const name = expressionIn(element, 'nameexpr', compiler)
  return (run) => {
    name?.(run)
    return []
  }
}

const silent: Compile = () => () => []

const speech: ReadonlyMap<string, Compile> = new Map([
  ['audio', compileAudio],
  ['value', compileValue],
  ['break', compileBreak],
  ['emphasis', compileEmphasis],
  ['prosody', compileProsody],
  ['say-as', compileSayAs],
  ['sub', compileSub],
  ['p', passage],
  ['s', passage],
  ['voice', passage],
  ['phoneme', inside],
  ['enumerate', compileEnumerate],
  ['foreach', compileSpokenForeach],
  ['mark', compileMark],
  ['desc', silent],
  ['metadata', silent],
  ['lexicon', silent],
])
