import { grouped } from '../number.ts'
import { abroad, type Caller } from './caller.ts'
import styles from './handset.module.css'
import { useWords } from './words.tsx'

/** Which number the line will see: own, withheld, one of other countries, or any. */
export function CallerChoice(props: { caller: Caller; choose: (caller: Caller) => void }) {
  const { say, language } = useWords()
  const { caller, choose } = props
  const countries = new Intl.DisplayNames(language, { type: 'region' })
  const choices: readonly (readonly [string, string, Caller])[] = [
    ['own', say('from.own'), { kind: 'own' }],
    ['anonymous', say('from.anonymous'), { kind: 'anonymous' }],
    ...abroad.map(
      ({ country, number }) =>
        [
          number,
          `${countries.of(country)} ${grouped(number)}`,
          { kind: 'abroad', number },
        ] as const,
    ),
    ['other', say('from.other'), { kind: 'other', number: '' }],
  ]
  return (
    <div className={styles.from}>
      <label>
        <span>{say('from')}</span>
        <select
          value={caller.kind === 'abroad' ? caller.number : caller.kind}
          onChange={({ currentTarget }) =>
            choose(choices.find(([value]) => value === currentTarget.value)?.[2] ?? caller)
          }
        >
          {choices.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {caller.kind === 'other' && (
        <input
          type="tel"
          aria-label={say('from.number')}
          placeholder="+7 912 345-67-89"
          value={caller.number}
          onChange={({ currentTarget }) => choose({ kind: 'other', number: currentTarget.value })}
        />
      )}
    </div>
  )
}
