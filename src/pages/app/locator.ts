import { createStore, type Watched } from '../channel/store.ts'

/** Where somebody says to be, in degrees (WGS 84). */
export type Position = {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyMetres: number
  /** Told again and again while the call lasts. */
  readonly isFollowed: boolean
}

/** What the device says when asked where it is. */
export type Locating = 'idle' | 'asking' | 'following' | 'forbidden' | 'unknown'

export type Locator = {
  readonly state: Watched<Locating>
  /** Asked of the device once, or again and again until it is stopped. */
  readonly share: (isFollowed: boolean) => void
  readonly stop: () => void
  /** Stops asking, and leaves what was told. */
  readonly rest: () => void
}

/** Between two places told while the call is followed; one that says nothing new is told a minute later. */
const betweenMilliseconds = 10_000
const sameForMilliseconds = 60_000
const patienceMilliseconds = 30_000

/** Metres between two places, near enough for places near one another. */
const distance = (one: Position, other: Position): number => {
  const radian = Math.PI / 180
  const north = (one.latitude - other.latitude) * radian
  const east =
    (one.longitude - other.longitude) *
    radian *
    Math.cos(((one.latitude + other.latitude) / 2) * radian)
  return Math.hypot(north, east) * 6_371_000
}

/** Tells where the device is, as the person has allowed. @param locate told null to stop sharing */
export function createLocator(locate: (position: Position | null) => void): Locator {
  const state = createStore<Locating>('idle')
  let watching: number | null = null
  let told: { readonly position: Position; readonly at: number } | null = null
  let turn = 0

  const positionOf = ({ coords }: GeolocationPosition, isFollowed: boolean): Position => ({
    latitude: coords.latitude,
    longitude: coords.longitude,
    accuracyMetres: Math.max(1, Math.round(coords.accuracy)),
    isFollowed,
  })

  function tell(position: Position): void {
    const now = Date.now()
    if (told) {
      const isSame = distance(told.position, position) < position.accuracyMetres / 2
      if (now - told.at < (isSame ? sameForMilliseconds : betweenMilliseconds)) return
    }
    told = { position, at: now }
    locate(position)
  }

  function rest(): void {
    turn += 1
    if (watching !== null) navigator.geolocation.clearWatch(watching)
    watching = null
    told = null
    state.set('idle')
  }

  return {
    state,
    share(isFollowed) {
      rest()
      if (!('geolocation' in navigator)) return state.set('unknown')
      const mine = turn
      state.set('asking')
      const failed = ({ code }: GeolocationPositionError) => {
        if (mine !== turn || (isFollowed && told !== null && code !== 1)) return
        rest()
        state.set(code === 1 ? 'forbidden' : 'unknown')
      }
      const options = {
        enableHighAccuracy: true,
        timeout: patienceMilliseconds,
        maximumAge: 30_000,
      }
      if (isFollowed) {
        watching = navigator.geolocation.watchPosition(
          (found) => {
            if (mine !== turn) return
            state.set('following')
            tell(positionOf(found, true))
          },
          failed,
          options,
        )
        return
      }
      navigator.geolocation.getCurrentPosition(
        (found) => {
          if (mine !== turn) return
          state.set('idle')
          locate(positionOf(found, false))
        },
        failed,
        options,
      )
    },
    stop() {
      rest()
      locate(null)
    },
    rest,
  }
}
