import t from 'tap'
import { actionOf, type Focus, type Scene } from '../../../src/pages/console/shortcuts.ts'

const scene = (call: Scene['call'], more: Partial<Scene> = {}): Scene => ({
  call,
  isTransferOpen: false,
  hasChannel: false,
  isBoardOpen: false,
  ...more,
})
const stroke = (key: string, code = key, ctrlKey = false) => ({
  key,
  code,
  ctrlKey,
  metaKey: false,
  altKey: false,
})
const means = (key: string, state: Scene, focus: Focus = 'page', code = key) =>
  actionOf(stroke(key, code), focus, state)

t.test('a call that rings is accepted by Enter and declined by Esc', async (t) => {
  t.equal(means('Enter', scene('ringing')), 'accept')
  t.equal(means('Enter', scene('ringing'), 'control'), null)
  t.equal(means('Escape', scene('ringing'), 'control'), 'decline')
  t.equal(means('Enter', scene(null)), null)
})

t.test('letters work by their place on the keyboard, and not inside fields', async (t) => {
  t.equal(means('ь', scene('talking'), 'page', 'KeyM'), 'mute')
  t.equal(means('h', scene('held'), 'page', 'KeyH'), 'hold')
  t.equal(means('t', scene('talking'), 'control', 'KeyT'), 'transfer')
  t.equal(means('m', scene('talking'), 'field', 'KeyM'), null)
  t.equal(means('m', scene('ringing'), 'page', 'KeyM'), null)
  t.equal(means('b', scene(null, { isBoardOpen: true }), 'page', 'KeyB'), 'big-screen')
})

t.test('a call with a chat has keys for it', async (t) => {
  const talking = scene('talking', { hasChannel: true })
  t.equal(means('с', talking, 'page', 'KeyC'), 'chat')
  t.equal(means('p', talking, 'control', 'KeyP'), 'ask-photo')
  t.equal(means('c', talking, 'field', 'KeyC'), null)
  t.equal(means('c', scene('talking'), 'page', 'KeyC'), null)
  t.equal(means('p', scene('ringing', { hasChannel: true }), 'page', 'KeyP'), null)
})

t.test('Esc closes what is open before it ends the call', async (t) => {
  t.equal(means('Escape', scene('talking', { isTransferOpen: true }), 'field'), 'close-transfer')
  t.equal(means('Escape', scene('held')), 'end')
  t.equal(means('Escape', scene('wrap-up')), null)
})

t.test('Ctrl+Enter completes the record from inside its fields', async (t) => {
  t.equal(actionOf(stroke('Enter', 'Enter', true), 'field', scene('wrap-up')), 'finish')
  t.equal(actionOf(stroke('Enter', 'Enter', true), 'page', scene('ringing')), null)
  t.equal(actionOf(stroke('t', 'KeyT', true), 'page', scene('talking')), null)
})
