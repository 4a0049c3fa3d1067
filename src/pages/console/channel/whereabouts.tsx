import { lazy, Suspense, useEffect, useState } from 'react'
import type { LocationView } from '../../../web/channel/protocol.ts'
import { wallClock } from '../../moments.ts'
import { useWords } from '../words.tsx'
import type { MapSource } from './map-source.ts'
import styles from './whereabouts.module.css'

const LocationMap = lazy(() => import('./location-map.tsx'))

/** Where the caller is, as far as they tell: on a map where there is one, and in numbers. */
export function Whereabouts({ location }: { location: LocationView }) {
  const { say } = useWords()
  const source = useMapSource()
  const { latitude, longitude, accuracyMetres } = location
  const [north, east] = [latitude.toFixed(5), longitude.toFixed(5)]
  return (
    <div className={styles.whereabouts}>
      {source && (
        <Suspense fallback={<div className={styles.map} />}>
          <LocationMap location={location} source={source} className={styles.map ?? ''} />
        </Suspense>
      )}
      <p className={styles.numbers}>
        {north}, {east}
      </p>
      <p className={styles.quiet}>
        {say('location.accuracy', { metres: Math.round(accuracyMetres) })}
        {' · '}
        {say(location.isFollowed ? 'location.followed' : 'location.once', {
          time: wallClock(location.at),
        })}
      </p>
      <p>
        <a
          href={`https://www.openstreetmap.org/?mlat=${north}&mlon=${east}#map=17/${north}/${east}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          {say('location.open')}
        </a>
      </p>
    </div>
  )
}

/** Asked once a page: a setting of the server. */
function useMapSource(): MapSource | null {
  const [source, setSource] = useState<MapSource | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    fetch('/operator/map', { signal: controller.signal })
      .then(async (answer) => answer.ok && setSource((await answer.json()) as MapSource | null))
      // Without a map the numbers say the same.
      .catch(() => undefined)
    return () => controller.abort()
  }, [])
  return source
}
