import type { ReactNode } from 'react'
import styles from './choice.module.css'

/** A choice of one in a row: arrows move through it. */
export function Choice<Value extends string>(props: {
  label: string
  /** Name of the group; one of a kind on the page. */
  name: string
  options: readonly { readonly value: Value; readonly label: ReactNode }[]
  /** Null when nothing is chosen yet. */
  chosen: Value | null
  choose: (value: Value) => void
  /** How the options stand; in a row by default. */
  shape?: 'row' | 'column' | 'grid'
  isDisabled?: boolean
}) {
  return (
    <fieldset
      className={`${styles.choice} ${styles[props.shape ?? 'row'] ?? ''}`}
      disabled={props.isDisabled ?? false}
    >
      <legend className="unseen">{props.label}</legend>
      {props.options.map(({ value, label }) => (
        <label key={value} className={styles.option}>
          <input
            type="radio"
            name={props.name}
            checked={value === props.chosen}
            onChange={() => props.choose(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
