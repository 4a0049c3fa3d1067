import { useEffect, useState } from 'react'
import { serverNow } from './server-clock.ts'

/** The server's time, told anew every second while `isRunning`. */
export function useTicks(isRunning: boolean): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    if (!isRunning) return
    setNow(serverNow())
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [isRunning])
  return now
}
