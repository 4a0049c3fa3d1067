import { EventEmitter, once } from 'node:events'
import type { Device } from '@twilio/voice-sdk'
import t from 'tap'
import { twilioSoftphone } from '../../../src/pages/console/twilio-softphone.ts'

/** What the carrier's library does as far as the console sees it. */
class FakeDevice extends EventEmitter {
  static made = new EventEmitter()
  readonly tokens: string[]
  isDestroyed = false
  constructor(token: string) {
    super()
    this.tokens = [token]
    FakeDevice.made.emit('device', this)
  }
  async register(): Promise<void> {
    this.emit('registered')
  }
  updateToken(token: string): void {
    this.tokens.push(token)
    this.emit('renewed')
  }
  destroy(): void {
    this.isDestroyed = true
  }
}

class FakeCall extends EventEmitter {
  readonly done: string[] = []
  accept(): void {
    this.done.push('accept')
    this.emit('accept')
  }
  reject(): void {
    this.done.push('reject')
    this.emit('reject')
  }
  mute(isMuted: boolean): void {
    this.done.push(`mute ${isMuted}`)
  }
  disconnect(): void {
    this.done.push('disconnect')
    this.emit('disconnect')
  }
}

const load = async () => ({ Device: FakeDevice as unknown as typeof Device })

/** A softphone that is ready, and the device behind it. */
async function registered() {
  let count = 0
  const softphone = twilioSoftphone(async () => `token-${++count}`, load)
  const states: string[] = []
  softphone.watch(() => states.push(softphone.state()))
  const made = once(FakeDevice.made, 'device')
  softphone.register()
  const [device] = (await made) as [FakeDevice]
  return { softphone, device, states }
}

t.test('it rings, is answered, muted and hung up', async (t) => {
  const { softphone, device, states } = await registered()
  let rings = 0
  softphone.onRinging(() => rings++)
  softphone.accept()
  const call = new FakeCall()
  device.emit('incoming', call)
  t.equal(rings, 1)
  softphone.accept()
  softphone.mute(true)
  softphone.hangUp()
  t.same(call.done, ['accept', 'mute true', 'disconnect'])
  t.same(states, ['registering', 'ready', 'ringing', 'talking', 'ready'])
})

t.test('a ring that is called off or declined leaves it ready', async (t) => {
  const { softphone, device } = await registered()
  device.emit(
    'incoming',
    new FakeCall().on('accept', () => t.fail('nobody answered')),
  )
  const second = new FakeCall()
  device.emit('incoming', second)
  second.emit('cancel')
  t.equal(softphone.state(), 'ready')
  const third = new FakeCall()
  device.emit('incoming', third)
  softphone.reject()
  t.same(third.done, ['reject'])
  t.equal(softphone.state(), 'ready')
})

t.test('a token is renewed before it runs out', async (t) => {
  const { device } = await registered()
  const renewed = once(device, 'renewed')
  device.emit('tokenWillExpire')
  await renewed
  t.same(device.tokens, ['token-1', 'token-2'])
})

t.test('a microphone that is refused is told apart from a line that is lost', async (t) => {
  const { softphone, device } = await registered()
  device.emit('error', { code: 31401 })
  t.equal(softphone.state(), 'no-microphone')
  device.emit('error', { code: 31005 })
  t.equal(softphone.state(), 'lost')
  softphone.close()
  t.equal(softphone.state(), 'off')
  t.ok(device.isDestroyed)
})
