import { useEffect, useState } from 'react'
import { ring } from './ring.ts'

/** Rings for as long as asked. */
export function useRing(isRinging: boolean): void {
  useEffect(() => (isRinging ? ring() : undefined), [isRinging])
}

/** Whether the browser still keeps the page silent: until somebody has pressed anything in it. */
export function useSilence(): boolean {
  const [isSilent, setIsSilent] = useState(() => !navigator.userActivation.hasBeenActive)
  useEffect(() => {
    if (!isSilent) return
    const look = () => setIsSilent(!navigator.userActivation.hasBeenActive)
    window.addEventListener('pointerup', look)
    window.addEventListener('keyup', look)
    return () => {
      window.removeEventListener('pointerup', look)
      window.removeEventListener('keyup', look)
    }
  }, [isSilent])
  return isSilent
}
