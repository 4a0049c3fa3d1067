import { useState } from 'react'

function stored(name: string): string | null {
  try {
    return localStorage.getItem(`hotline.${name}`)
  } catch {
    return null
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(`hotline.${name}`, value)
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
  }
}

/**
 * A choice of the person, kept in this browser.
 *
 * @param choices what may be chosen; anything else that is stored counts as nothing chosen
 */
export function usePreference<const Choice extends string>(
  name: string,
  choices: readonly Choice[],
  usual: Choice,
): [Choice, (choice: Choice) => void] {
  const [choice, setChoice] = useState<Choice>(
    () => choices.find((known) => known === stored(name)) ?? usual,
  )
  return [
    choice,
    (chosen) => {
      store(name, chosen)
      setChoice(chosen)
    },
  ]
}
