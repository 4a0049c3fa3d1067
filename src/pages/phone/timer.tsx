import { useEffect, useState } from 'react'
import { clockFace } from '../clock-face.ts'
import type { Call } from './telephone.ts'

/** How long the call has lasted; it stands still once the call is over. */
export function Timer({ call }: { call: Call }) {
  const [now, setNow] = useState(() => Date.now())
  const running = call.state === 'in-progress'

  useEffect(() => {
    if (!running) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running])

  if (call.state === 'in-progress') return <time>{clockFace(now - call.since)}</time>
  if (call.state === 'ended' && call.since !== null) {
    return <time>{clockFace(call.until - call.since)}</time>
  }
  return null
}
