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
    t.same(actionOf(stroke(key), 'page', true), { do: 'press', key })
    t.same(actionOf(stroke(key), 'control', false), { do: 'press', key })
  }
})

t.test('the Russian layout has its number sign for the hash', async (t) => {
  t.same(actionOf(stroke('№'), 'page', true), { do: 'press', key: '#' })
})

t.test('a field keeps its characters but gives Enter and Esc to the telephone', async (t) => {
  t.equal(actionOf(stroke('5'), 'field', false), null)
  t.equal(actionOf(stroke('Backspace'), 'field', false), null)
  t.same(actionOf(stroke('Enter'), 'field', false), { do: 'call' })
  t.same(actionOf(stroke('Escape'), 'field', true), { do: 'hang-up' })
})

t.test('Enter on a button belongs to the button', async (t) => {
  t.equal(actionOf(stroke('Enter'), 'control', false), null)
})

t.test('Enter does nothing during a call, Esc nothing without one', async (t) => {
  t.equal(actionOf(stroke('Enter'), 'page', true), null)
  t.equal(actionOf(stroke('Escape'), 'page', false), null)
})

t.test('Backspace takes back a digit only while a number is dialled', async (t) => {
  t.same(actionOf(stroke('Backspace'), 'page', false), { do: 'erase' })
  t.equal(actionOf(stroke('Backspace'), 'page', true), null)
})

t.test('the sound key is found by its place, in every layout', async (t) => {
  t.same(actionOf(stroke('ь', { code: 'KeyM' }), 'page', true), { do: 'sound' })
})

t.test('shortcuts of the browser stay with the browser', async (t) => {
  t.equal(actionOf(stroke('0', { ctrlKey: true }), 'page', false), null)
  t.equal(actionOf(stroke('1', { metaKey: true }), 'page', false), null)
  t.equal(actionOf(stroke('1', { altKey: true }), 'page', false), null)
})
