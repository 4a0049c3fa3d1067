import type { SoftphoneCommand, SoftphoneReport } from '../../simulator/softphone-protocol.ts'
import { type Softphone, softphoneState } from './softphone.ts'

const againMilliseconds = 1000

/** The call that this tab had before it was loaded again. */
const held = {
  read: () => sessionStorage.getItem('hotline.leg'),
  keep: (callSid: string) => sessionStorage.setItem('hotline.leg', callSid),
  drop: () => sessionStorage.removeItem('hotline.leg'),
}

/**
 * The softphone of the simulated carrier: it rings and answers as a real one does, and carries no voice.
 *
 * @param freshToken asks the server for a token; null when it cannot be asked now
 */
export function simulatedSoftphone(
  url: string,
  freshToken: () => Promise<string | null>,
): Softphone {
  const { set, ...watched } = softphoneState()
  let socket: WebSocket | undefined
  let callSid: string | null = null
  let again: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function send(command: SoftphoneCommand): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command))
  }

  function over(ended: string): void {
    if (ended !== callSid) return
    callSid = null
    held.drop()
    set('ready')
  }

  function hear(report: SoftphoneReport): void {
    switch (report.type) {
      case 'registered':
        if (callSid === null) set('ready')
        break
      case 'ringing':
        callSid = report.callSid
        set('ringing')
        break
      case 'accepted':
        callSid = report.callSid
        held.keep(report.callSid)
        set('talking')
        break
      case 'stopped':
      case 'ended':
        over(report.callSid)
        break
    }
  }

  async function start(): Promise<void> {
    clearTimeout(again)
    set('registering')
    const token = await freshToken()
    if (closed) return
    if (token === null) return retry()
    const opening = new WebSocket(url)
    socket = opening
    const resume = held.read()
    opening.onopen = () => send({ type: 'register', token, ...(resume === null ? {} : { resume }) })
    opening.onmessage = ({ data }) => hear(JSON.parse(String(data)) as SoftphoneReport)
    opening.onclose = () => {
      if (!closed && socket === opening) retry()
    }
  }

  function retry(): void {
    callSid = null
    set('lost')
    again = setTimeout(() => void start(), againMilliseconds)
  }

  const aboutCall = (command: (callSid: string) => SoftphoneCommand) => {
    if (callSid !== null) send(command(callSid))
  }

  return {
    ...watched,
    register: () => void start(),
    accept: () => {
      if (watched.state() === 'ringing') {
        aboutCall((callSid) => ({ type: 'accept', callSid }))
      }
    },
    reject: () => aboutCall((callSid) => ({ type: 'reject', callSid })),
    mute: (on) => aboutCall((callSid) => ({ type: 'mute', callSid, on })),
    hangUp: () => aboutCall((callSid) => ({ type: 'hang-up', callSid })),
    close() {
      closed = true
      clearTimeout(again)
      socket?.close()
      set('off')
    },
  }
}
