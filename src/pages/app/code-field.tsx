import { Field } from './field.tsx'
import styles from './forms.module.css'

/** Length of every code that is sent. */
const codeLength = 6

/** Digits alone, whatever was pasted around them: `123 456`, `Код: 123-456`. */
export const digitsOf = (text: string): string => text.replace(/\D/g, '').slice(0, codeLength)

/** A field that takes a code from the keyboard, the clipboard, or the message itself. */
export function CodeField(props: {
  label: string
  value: string
  isBusy: boolean
  /** It is the only thing to do at this moment. */
  isFirst?: boolean
  onChange: (code: string) => void
  /** All digits are there. */
  onWhole: (code: string) => void
}) {
  return (
    <Field
      label={props.label}
      className={styles.code}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      // Only where there is nothing else to do.
      autoFocus={props.isFirst ?? false}
      readOnly={props.isBusy}
      value={props.value}
      onChange={(text) => {
        const code = digitsOf(text)
        props.onChange(code)
        if (code.length === codeLength && code !== props.value) props.onWhole(code)
      }}
    />
  )
}
