import type { PhoneCommand, PhoneReport } from '../../simulator/phone-protocol.ts'

/** `connecting` is the first try only; after that the telephone is `connected` or `lost`. */
export type ConnectionState = 'connecting' | 'connected' | 'lost'

export type Connection = {
  /** False when there is no connection; the command is then dropped, never kept for later. */
  readonly send: (command: PhoneCommand) => boolean
  /** Tries at once instead of waiting for the next try. */
  readonly retry: () => void
  readonly close: () => void
}

const pauses = [500, 1000, 2000, 4000, 8000]

/**
 * Keeps one WebSocket open for as long as the page lives: tries again after 0.5, 1, 2, 4 and then
 * every 8 seconds, and at once when the browser says that the network is back.
 */
export function connect(
  url: string,
  heard: (report: PhoneReport) => void,
  changed: (state: ConnectionState) => void,
): Connection {
  let socket: WebSocket
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function open(): void {
    clearTimeout(timer)
    const opening = new WebSocket(url)
    socket = opening
    opening.onopen = () => {
      tries = 0
      changed('connected')
    }
    opening.onmessage = ({ data }) => heard(JSON.parse(String(data)) as PhoneReport)
    opening.onclose = () => {
      if (closed || socket !== opening) return
      changed('lost')
      timer = setTimeout(open, pauses[Math.min(tries++, pauses.length - 1)])
    }
  }

  function retry(): void {
    if (!closed && socket.readyState === WebSocket.CLOSED) open()
  }

  changed('connecting')
  open()
  window.addEventListener('online', retry)

  return {
    send(command) {
      if (socket.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(command))
      return true
    },
    retry,
    close() {
      closed = true
      clearTimeout(timer)
      window.removeEventListener('online', retry)
      socket.close()
    },
  }
}
