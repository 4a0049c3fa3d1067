import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { clockFace } from '../clock-face.ts'

const Now = createContext(0)

/**
 * The server's clock for everything inside, told once a second.
 *
 * @param ahead milliseconds that it is ahead of this computer's
 */
export function Clock({ ahead, children }: { ahead: number; children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now() + ahead)
  useEffect(() => {
    setNow(Date.now() + ahead)
    const timer = setInterval(() => setNow(Date.now() + ahead), 1000)
    return () => clearInterval(timer)
  }, [ahead])
  return <Now value={now}>{children}</Now>
}

/** The server's time in milliseconds. */
export const useNow = (): number => useContext(Now)

/** How long something has lasted. @param since ISO 8601 */
export function Elapsed({ since }: { since: string }) {
  return <time>{clockFace(useNow() - Date.parse(since))}</time>
}
