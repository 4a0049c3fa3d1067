import { createObject, type Value } from './expressions/value.ts'

/** What a caller has said into a `<record>`, as the host keeps it. */
export type Recording = {
  /** By which the host finds it again. */
  readonly reference: string
  /** Where it can be fetched or played, absolute. */
  readonly address: string
  /** Whole seconds, silence at its ends included. */
  readonly seconds: number
  /** Size of the file. */
  readonly bytes: number
}

/**
 * The value of a `<record>`: an object that documents can hand on, play and submit but not change. It is made
 * of plain properties, so that a session keeps it.
 */
export const recordingValue = ({ reference, address, seconds, bytes }: Recording): Value => {
  const value = createObject()
  value['recording'] = reference
  value['address'] = address
  value['seconds'] = seconds
  value['bytes'] = bytes
  return Object.freeze(value)
}

/**
 * The recording that a value stands for; null when it is none. A document can make up an object that looks like
 * one: whoever fetches it goes by the reference, or sees to it that the address is the carrier's.
 */
export const recordingOf = (value: Value): Recording | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  if (!Object.isFrozen(value) || !Object.hasOwn(value, 'recording')) return null
  const { recording: reference, address, seconds, bytes } = value
  return typeof reference === 'string' &&
    typeof address === 'string' &&
    typeof seconds === 'number' &&
    typeof bytes === 'number'
    ? { reference, address, seconds, bytes }
    : null
}
