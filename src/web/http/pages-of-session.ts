/** Pages that one session may have open on a node; a further one takes the place of the oldest. */
export const mostPages = 10

/** Too many pages of a session are open: this one stands aside until somebody comes back to it. A code of the protocols. */
export const surplusCode = 4409

type PageSocket = {
  readonly sessionId: string
  readonly close: (code: number, reason: string) => void
}

/** Makes room for one more socket of a session. */
export const giveWay = <S extends PageSocket>(sockets: Set<S>, sessionId: string): void => {
  const own = [...sockets].filter((socket) => socket.sessionId === sessionId)
  for (const oldest of own.slice(0, Math.max(0, own.length - mostPages + 1))) {
    sockets.delete(oldest)
    oldest.close(surplusCode, 'too many pages')
  }
}
