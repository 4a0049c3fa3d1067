import { usePreference } from '../preference.ts'
import { useMedia } from './use-media.ts'

export const schemeChoices = ['system', 'light', 'dark'] as const
export type SchemeChoice = (typeof schemeChoices)[number]

/** The colours to draw in, and the choice behind them, which at first is to follow the system. */
export function useScheme() {
  const [choice, choose] = usePreference('scheme', schemeChoices, 'system')
  const system = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light'
  const scheme: 'light' | 'dark' = choice === 'system' ? system : choice
  return { scheme, choice, choose }
}
