/** What a key of the computer does to the telephone. */
export type Action =
  | { readonly do: 'press'; readonly key: string }
  | { readonly do: 'erase' | 'call' | 'hang-up' | 'sound' }

export type Stroke = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** Where the stroke went: a field takes characters itself, a control takes Enter itself. */
export type Focus = 'page' | 'control' | 'field'

/** `№` stands where the Russian keyboard layout has put the `#` away. */
const dialKeys: Readonly<Record<string, string>> = { '№': '#' }

/**
 * What a stroke means: 0–9 * # press keys, Enter calls, Esc hangs up, Backspace takes back a digit
 * of the number, M turns the sound on and off (by its place on the keyboard, in every layout).
 *
 * @param calling whether a call is going on
 */
export function actionOf(stroke: Stroke, focus: Focus, calling: boolean): Action | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null
  if (stroke.key === 'Escape') return calling ? { do: 'hang-up' } : null
  if (stroke.key === 'Enter') return calling || focus === 'control' ? null : { do: 'call' }
  if (focus === 'field') return null
  const key = dialKeys[stroke.key] ?? stroke.key
  if (/^[0-9*#]$/.test(key)) return { do: 'press', key }
  if (stroke.key === 'Backspace') return calling ? null : { do: 'erase' }
  return stroke.code === 'KeyM' ? { do: 'sound' } : null
}
