import type { LocationView } from '../../web/channel/protocol.ts'
import type { Channel } from '../channel/known-channel.ts'
import { useWatched } from '../channel/store.ts'
import type { Account } from './account.ts'
import type { ChannelLink } from './channel-link.ts'
import styles from './chat.module.css'
import forms from './forms.module.css'
import { Icon } from './icon.tsx'
import sheet from './sheet.module.css'
import { Sheet } from './sheet.tsx'
import { useHome } from './use-account.ts'
import { clockOf, listOf } from './when.ts'
import { useWords } from './words.tsx'

/** Whether the place is shared, always in sight, with the way to stop it. */
export function PlaceState(props: { link: ChannelLink; channel: Channel; isGuest: boolean }) {
  const { say } = useWords()
  const { link, channel } = props
  const locating = useWatched(link.locator.state)
  const position = useWatched(link.position)
  const shared = channel.view?.location ?? null
  const isOver = channel.view?.endedAt != null
  const wanted = position === undefined ? shared : position

  if (locating === 'asking') return <p className={styles.place}>{say('place.asking')}</p>
  if (locating === 'forbidden' || locating === 'unknown') {
    return (
      <p className={styles.place} role="alert">
        {say(`place.${locating}`)}
      </p>
    )
  }
  if (shared !== null && props.isGuest) {
    return (
      <p className={styles.place}>
        <Icon name="place" size={20} />
        <span>
          {say(shared.isFollowed && !isOver ? 'guest.place.followed' : 'guest.place')}{' '}
          <MapLink location={shared} /> {clockOf(shared.at)}
        </span>
      </p>
    )
  }
  if (!channel.rights?.locate || (wanted === null && shared === null)) return null
  return (
    <div className={styles.place} role="status">
      <Icon name="place" size={20} />
      <span>
        {wanted === null
          ? say('place.stopping')
          : shared === null || position !== undefined
            ? say('place.sending')
            : say(shared.isFollowed ? 'place.followed' : 'place.once', {
                time: clockOf(shared.at),
              })}
      </span>
      {wanted !== null && (
        <button type="button" onClick={link.locator.stop}>
          {say('place.stop')}
        </button>
      )}
    </div>
  )
}

/** Where something is, by numbers and on a map elsewhere. */
export function MapLink({ location }: { location: LocationView }) {
  const { say, language } = useWords()
  const { latitude, longitude, accuracyMetres } = location
  const [north, east] = [latitude.toFixed(5), longitude.toFixed(5)]
  const metres = new Intl.NumberFormat(language === 'tt' ? 'ru' : language).format(
    Math.round(accuracyMetres),
  )
  return (
    <a
      href={`https://www.openstreetmap.org/?mlat=${north}&mlon=${east}#map=17/${north}/${east}`}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={say('place.map', { place: `${north}, ${east}` })}
    >
      {north}, {east} (±{metres} {say('metres')})
    </a>
  )
}

/** What sharing the place means, before it is asked of the device. */
export function PlaceSheet(props: { account: Account; link: ChannelLink; onClose: () => void }) {
  const { say, language } = useWords()
  const { people } = useHome(props.account)
  const told = people?.filter((one) => one.state === 'confirmed' && one.isToldPlace) ?? []
  const names = listOf(
    told.map(({ name }) => name),
    language,
  )
  const share = (isFollowed: boolean) => {
    props.link.locator.share(isFollowed)
    props.onClose()
  }
  return (
    <Sheet label={say('place.title')} onClose={props.onClose}>
      <h2>{say('place.title')}</h2>
      <p>{told.length === 0 ? say('place.who') : say('place.who.people', { names })}</p>
      <button type="button" className={sheet.choice} onClick={() => share(false)}>
        <Icon name="place" size={28} />
        {say('place.share.once')}
      </button>
      <button type="button" className={sheet.choice} onClick={() => share(true)}>
        <Icon name="place" size={28} />
        {say('place.share.call')}
      </button>
      <p className={styles.hint}>{say('place.end')}</p>
      <button type="button" className={forms.quiet} onClick={props.onClose}>
        {say('place.not')}
      </button>
    </Sheet>
  )
}
