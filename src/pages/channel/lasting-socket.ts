export type SocketState =
  /** The first try only. */
  | 'connecting'
  | 'online'
  | 'offline'
  /** Too many pages are open: this one stands aside until the person comes back to it. */
  | 'surplus'
  /** The server has nothing for this person there; it is asked again only when they come back. */
  | 'refused'

export type LastingSocket = {
  /** False when there is no connection; nothing is kept for later. */
  readonly send: (message: unknown) => boolean
  /** Gives this connection up, since it leads nowhere; another is made soon. */
  readonly drop: () => void
  readonly close: () => void
}

export type LastingOptions = {
  /** Path on the server the page came from. */
  readonly path: string
  readonly onState: (state: SocketState) => void
  readonly onMessage: (message: unknown) => void
  /** A connection could not be made or broke. `isOver`: the server said to sign in again. */
  readonly onLost: (isOver: boolean) => void
}

/** Milliseconds before each try; the last one again and again. */
const pauses = [300, 1000, 2000, 4000]
/** While nobody looks: a battery lasts longer than anybody's patience. */
const hiddenPause = 20_000

/** Half to one and a half times the pause, so that all pages do not come back in one moment. */
const pause = (tries: number) => {
  const shown = pauses[Math.min(tries, pauses.length - 1)] ?? hiddenPause
  return (document.visibilityState === 'hidden' ? hiddenPause : shown) * (0.5 + Math.random())
}

/** A page hidden for so long may hold a connection that the network forgot without a word. */
const doubtfulMilliseconds = 20_000

/** A connection that broke sooner was none: the pauses go on growing. */
const steadyMilliseconds = 5000

/** Why the server closes a socket: the session is over; there is no right to what was asked for; too many pages. */
const sessionOver = 4401
const noRight = 4403
const surplus = 4409

/** Why a connection is not made again by itself. */
const standStill: ReadonlyMap<number | undefined, SocketState> = new Map([
  [noRight, 'refused'],
  [surplus, 'surplus'],
])

/** By these somebody is before this page. */
export const signsOfLife = ['focus', 'pointerdown', 'keydown'] as const

/** One WebSocket for as long as it is wanted: comes back by itself, and at once when the net does. */
export function keepSocket({ path, onState, onMessage, onLost }: LastingOptions): LastingSocket {
  const url = new URL(path, window.location.href.replace(/^http/, 'ws')).href
  let socket: WebSocket | null = null
  let tries = 0
  let again: ReturnType<typeof setTimeout> | undefined
  let openedAt: number | null = null
  let hiddenAt: number | null = null
  let closed = false
  let isSurplus = false

  function open(): void {
    clearTimeout(again)
    const opening = new WebSocket(url)
    socket = opening
    opening.onopen = () => {
      openedAt = Date.now()
      onState('online')
    }
    opening.onmessage = ({ data }) => {
      if (socket === opening) onMessage(JSON.parse(String(data)))
    }
    opening.onclose = ({ code }) => {
      if (socket === opening) lose(code)
    }
  }

  /** Without waiting for the other side to agree: over a dead network that takes minutes. */
  function lose(code?: number): void {
    const left = socket
    socket = null
    if (left) {
      left.onclose = null
      left.onmessage = null
      left.onopen = null
      left.close()
    }
    clearTimeout(again)
    if (closed) return
    if (openedAt !== null && Date.now() - openedAt > steadyMilliseconds) tries = 0
    openedAt = null
    const state = standStill.get(code) ?? 'offline'
    isSurplus = state === 'surplus'
    if (state === 'offline') again = setTimeout(open, pause(tries++))
    onState(state)
    onLost(code === sessionOver)
  }

  /** Something outside says that the network may be another now. */
  function renew(): void {
    if (closed) return
    tries = 0
    lose()
    open()
  }

  function networkBack(): void {
    if (!isSurplus && socket?.readyState !== WebSocket.OPEN) renew()
  }
  /** Where the person is, this page is the one; else all would push each other out for ever. */
  function comeBack(): void {
    if (isSurplus) renew()
  }
  function networkLost(): void {
    if (socket) lose()
  }
  function seenOrHidden(): void {
    if (document.visibilityState === 'hidden') hiddenAt = Date.now()
    else {
      const away = hiddenAt === null ? 0 : Date.now() - hiddenAt
      hiddenAt = null
      if (away > doubtfulMilliseconds || socket === null) renew()
    }
  }

  onState('connecting')
  open()
  window.addEventListener('online', networkBack)
  window.addEventListener('offline', networkLost)
  for (const sign of signsOfLife) window.addEventListener(sign, comeBack)
  document.addEventListener('visibilitychange', seenOrHidden)

  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(message))
      return true
    },
    drop: () => lose(),
    close() {
      closed = true
      window.removeEventListener('online', networkBack)
      window.removeEventListener('offline', networkLost)
      for (const sign of signsOfLife) window.removeEventListener(sign, comeBack)
      document.removeEventListener('visibilitychange', seenOrHidden)
      lose()
    },
  }
}
