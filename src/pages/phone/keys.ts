/** What a key of the computer does to the telephone. */
export type Action =
  | { readonly do: 'press'; readonly key: string }
  | { readonly do: 'erase' | 'call' | 'answer' | 'hang-up' | 'sound' }

export type Stroke = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** Where the stroke went: a field takes characters itself, a control takes Enter itself. */
export type Focus = 'page' | 'control' | 'field'

/** What the telephone is at. */
export type Phase = 'idle' | 'ringing' | 'calling'

/** `№` stands where the Russian keyboard layout has put the `#` away. */
const dialKeys: Readonly<Record<string, string>> = { '№': '#' }

/**
 * What a stroke means: 0–9 * # press keys, Enter calls and answers, Esc hangs up and turns away, Backspace
 * takes back a digit of the number, M turns the sound on and off (by its place on the keyboard, in every layout).
 */
export function actionOf(stroke: Stroke, focus: Focus, phase: Phase): Action | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null
  if (stroke.key === 'Escape') return phase === 'idle' ? null : { do: 'hang-up' }
  if (stroke.key === 'Enter') {
    if (phase === 'calling' || focus === 'control') return null
    return { do: phase === 'ringing' ? 'answer' : 'call' }
  }
  if (focus === 'field') return null
  const key = dialKeys[stroke.key] ?? stroke.key
  if (/^[0-9*#]$/.test(key)) return { do: 'press', key }
  if (stroke.key === 'Backspace') return phase === 'idle' ? { do: 'erase' } : null
  return stroke.code === 'KeyM' ? { do: 'sound' } : null
}
