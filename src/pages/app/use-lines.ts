import { useEffect, useState } from 'react'
import type { LineView } from '../../web/caller/protocol.ts'
import { askLines } from './session.ts'

/** Lines where one can write and send photos during a call; none while they are not known. */
export function useLines(): readonly LineView[] {
  const [lines, setLines] = useState<readonly LineView[]>([])
  useEffect(() => {
    let isLeft = false
    void askLines().then((answer) => {
      if (!isLeft && answer.kind === 'done') setLines(answer.value.items)
    })
    return () => {
      isLeft = true
    }
  }, [])
  return lines
}
