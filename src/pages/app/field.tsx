import type { ComponentProps } from 'react'
import styles from './forms.module.css'

type Attributes = Omit<ComponentProps<'input'>, 'value' | 'onChange'>

/** A line to fill in, under its name. */
export function Field(
  props: Attributes & {
    label: string
    /** Below it: what becomes of what is filled in. */
    hint?: string
    value: string
    onChange: (value: string) => void
  },
) {
  const { label, hint, onChange, ...input } = props
  return (
    <label className={styles.field}>
      <span>{label}</span>
      <input {...input} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
      {hint !== undefined && <small>{hint}</small>}
    </label>
  )
}
