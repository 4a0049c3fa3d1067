import t from 'tap'
import { actionOf, type Stroke } from '../../../src/pages/phone/keys.ts'

const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
})

t.test('digits, star and hash press keys, with or without a call', async (t) => {
  for (const key of '0123456789*#') {
    t.same(actionOf(stroke(key), 'page', 'calling'), { do: 'press', key })
    t.same(actionOf(stroke(key), 'control', 'idle'), { do: 'press', key })
  }
})

t.test('the Russian layout has its number sign for the hash', async (t) => {
  t.same(actionOf(stroke('№'), 'page', 'calling'), { do: 'press', key: '#' })
})

t.test('a field keeps its characters but gives Enter and Esc to the telephone', async (t) => {
  t.equal(actionOf(stroke('5'), 'field', 'idle'), null)
  t.equal(actionOf(stroke('Backspace'), 'field', 'idle'), null)
  t.same(actionOf(stroke('Enter'), 'field', 'idle'), { do: 'call' })
  t.same(actionOf(stroke('Escape'), 'field', 'calling'), { do: 'hang-up' })
})

t.test('Enter on a button belongs to the button', async (t) => {
  t.equal(actionOf(stroke('Enter'), 'control', 'idle'), null)
})

t.test('Enter does nothing during a call, Esc nothing without one', async (t) => {
  t.equal(actionOf(stroke('Enter'), 'page', 'calling'), null)
  t.equal(actionOf(stroke('Escape'), 'page', 'idle'), null)
})

t.test('Backspace takes back a digit only while a number is dialled', async (t) => {
  t.same(actionOf(stroke('Backspace'), 'page', 'idle'), { do: 'erase' })
  t.equal(actionOf(stroke('Backspace'), 'page', 'calling'), null)
})

t.test('the sound key is found by its place, in every layout', async (t) => {
  t.same(actionOf(stroke('ь', { code: 'KeyM' }), 'page', 'calling'), { do: 'sound' })
})

t.test('shortcuts of the browser stay with the browser', async (t) => {
  t.equal(actionOf(stroke('0', { ctrlKey: true }), 'page', 'idle'), null)
  t.equal(actionOf(stroke('1', { metaKey: true }), 'page', 'idle'), null)
  t.equal(actionOf(stroke('1', { altKey: true }), 'page', 'idle'), null)
})

t.test('while it rings Enter answers and Esc turns away', async (t) => {
  t.same(actionOf(stroke('Enter'), 'page', 'ringing'), { do: 'answer' })
  t.same(actionOf(stroke('Enter'), 'field', 'ringing'), { do: 'answer' })
  t.equal(actionOf(stroke('Enter'), 'control', 'ringing'), null)
  t.same(actionOf(stroke('Escape'), 'page', 'ringing'), { do: 'hang-up' })
  t.equal(actionOf(stroke('Backspace'), 'page', 'ringing'), null)
})
