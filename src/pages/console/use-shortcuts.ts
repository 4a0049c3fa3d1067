import { useEffect, useRef } from 'react'
import { type Action, actionOf, type Focus, type Scene } from './shortcuts.ts'

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target.matches('input:not([type="radio"]), select, textarea')) return 'field'
  return target.closest('button, a, summary') ? 'control' : 'page'
}

/** Gives the computer's keyboard to the call, wherever on the page the person is. */
export function useShortcuts(scene: Scene, act: (action: Action) => void): void {
  const latest = useRef({ scene, act })
  latest.current = { scene, act }

  useEffect(() => {
    function stroke(event: KeyboardEvent): void {
      if (event.repeat || event.defaultPrevented) return
      const action = actionOf(event, focusOf(event.target), latest.current.scene)
      if (!action) return
      event.preventDefault()
      latest.current.act(action)
    }
    window.addEventListener('keydown', stroke)
    return () => window.removeEventListener('keydown', stroke)
  }, [])
}
