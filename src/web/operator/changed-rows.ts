import type { ChangedRows } from '../../operators/console-state.ts'
import type { Touched } from '../../queues/ports.ts'

/** Nothing has changed. */
export const noRows: ChangedRows = Object.freeze({
  places: new Set<string>(),
  logins: new Set<string>(),
})

/** And what was touched since; null = it may be anything. */
export const alsoTouched = (
  changed: ChangedRows | null,
  { placeId, login }: Touched,
): ChangedRows | null =>
  changed === null || (placeId === undefined && login === undefined)
    ? null
    : { places: withKey(changed.places, placeId), logins: withKey(changed.logins, login) }

const withKey = (keys: ReadonlySet<string>, key: string | undefined): ReadonlySet<string> =>
  key === undefined || keys.has(key) ? keys : new Set([...keys, key])
