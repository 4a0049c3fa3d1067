import { useEffect, useRef } from 'react'
import { type Action, actionOf, type Focus, type Phase } from './keys.ts'

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target.matches('input[type="radio"]')) return 'page'
  if (target.matches('input, select, textarea')) return 'field'
  return target.closest('button, a, summary') ? 'control' : 'page'
}

/** Gives the computer's keyboard to the telephone, wherever on the page the person is. */
export function useKeyboard(phase: Phase, act: (action: Action) => void): void {
  const latest = useRef({ phase, act })
  latest.current = { phase, act }

  useEffect(() => {
    function stroke(event: KeyboardEvent): void {
      if (event.repeat || event.defaultPrevented) return
      const action = actionOf(event, focusOf(event.target), latest.current.phase)
      if (!action) return
      event.preventDefault()
      latest.current.act(action)
    }
    window.addEventListener('keydown', stroke)
    return () => window.removeEventListener('keydown', stroke)
  }, [])
}
