import type { Call, Device } from '@twilio/voice-sdk'
import { type Softphone, softphoneState } from './softphone.ts'

/** The browser refused the microphone. Source: the carrier's list of errors. */
const microphoneErrors = new Set([31208, 31401, 31402])

const againMilliseconds = 5000

const sdk = () => import('@twilio/voice-sdk')

/**
 * The carrier's own softphone, which is loaded only for those who have one.
 *
 * @param freshToken asks the server for a token; null when it cannot be asked now
 */
export function twilioSoftphone(
  freshToken: () => Promise<string | null>,
  load: () => Promise<Pick<Awaited<ReturnType<typeof sdk>>, 'Device'>> = sdk,
): Softphone {
  const { set, ...watched } = softphoneState()
  let device: Device | undefined
  let call: Call | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function fail(code: number): void {
    if (microphoneErrors.has(code)) set('no-microphone')
    // A talk that goes on tells its own end.
    else if (!call) set('lost')
  }

  function over(ended: Call): void {
    if (call !== ended) return
    call = undefined
    if (!closed) set('ready')
  }

  function ring(incoming: Call): void {
    call = incoming
    incoming.on('accept', () => set('talking'))
    incoming.on('error', ({ code }) => fail(code))
    for (const event of ['cancel', 'disconnect', 'reject'] as const) {
      incoming.on(event, () => over(incoming))
    }
    set('ringing')
  }

  async function renew(): Promise<void> {
    const token = await freshToken()
    if (token !== null) device?.updateToken(token)
  }

  async function start(): Promise<void> {
    clearTimeout(again)
    set('registering')
    try {
      const [{ Device }, token] = await Promise.all([load(), freshToken()])
      if (closed) return
      if (token === null) throw new Error('the server gave no token')
      device?.destroy()
      device = new Device(token, { closeProtection: true })
      device.on('registered', () => set(call ? watched.state() : 'ready'))
      device.on('unregistered', () => {
        if (!closed && !call) set('lost')
      })
      device.on('tokenWillExpire', () => void renew())
      device.on('incoming', ring)
      device.on('error', ({ code }) => fail(code))
      await device.register()
    } catch {
      if (closed) return
      set('lost')
      again = setTimeout(() => void start(), againMilliseconds)
    }
  }

  return {
    ...watched,
    register: () => void start(),
    accept: () => {
      if (watched.state() === 'ringing') call?.accept()
    },
    reject: () => call?.reject(),
    mute: (isMuted) => call?.mute(isMuted),
    hangUp: () => call?.disconnect(),
    close() {
      closed = true
      clearTimeout(again)
      device?.destroy()
      set('off')
    },
  }
}
