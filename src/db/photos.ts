import { sql } from 'kysely'
import { keyOf, type Participant } from '../channel/participant.ts'
import type { Photo, PhotoRefusal, PhotoStore, StoredPicture } from '../channel/photo.ts'
import type { Database } from './database.ts'

type PhotoRow = {
  readonly id: string
  readonly uploadId: string
  readonly channelId: string
  readonly author: Participant
  readonly clientId: string
  readonly length: number
  readonly state: Photo['state']
  readonly refusal: PhotoRefusal | null
  readonly hash: string
  readonly thumbnailHash: string
  readonly bytes: number
  readonly width: number
  readonly height: number
}

const columns = sql`
  id, upload_id as "uploadId", channel_id as "channelId", author, client_id as "clientId", length, state,
  refusal, hash, thumbnail_hash as "thumbnailHash", bytes, width, height`

/** Photos in PostgreSQL; each change one conditional statement, so that it may come again. */
export const createPhotoStore = ({ kysely }: Pick<Database, 'kysely'>): PhotoStore => ({
  begin: async ({ uploadId, channelId, author, clientId, length }, limits) => {
    const key = keyOf(author)
    const { rows } = await sql<{ state: string | null; instead: string | null; isBegun: boolean }>`
      with same as (
        select upload_id, state from photos
         where channel_id = ${channelId} and author_key = ${key} and client_id = ${clientId}
      ), room as (
        select count(*) < ${limits.inChannel}
               and count(*) filter (where author_key = ${key} and state = 'uploading'
                                    and client_id <> ${clientId}) < ${limits.atOnce}
               and (select coalesce(sum(p.length), 0) + ${length}
                      from photos p join channels c on c.id = p.channel_id
                     where c.phone = (select phone from channels where id = ${channelId})
                       and p.created_at > clock_timestamp() - interval '24 hours')
                   <= ${limits.bytesADay} as is_enough
          from photos where channel_id = ${channelId}
      ), begun as (
        insert into photos (upload_id, channel_id, author, author_key, client_id, length)
        select ${uploadId}, ${channelId}, ${JSON.stringify(author)}, ${key}, ${clientId}, ${length}
          from room where is_enough
        on conflict (channel_id, author_key, client_id) do update
          set upload_id = excluded.upload_id, length = excluded.length, state = 'uploading',
              refusal = null, created_at = clock_timestamp()
          where photos.state in ('uploading', 'refused', 'given-up')
        returning id
      )
      select (select state from same) as state, (select upload_id from same) as instead,
             exists (select from begun) as "isBegun"`.execute(kysely)
    const [row] = rows
    if (row?.isBegun === true) return { kind: 'begun', instead: row.instead }
    return row?.state === 'stored' || row?.state === 'posted'
      ? { kind: 'posted' }
      : { kind: 'too-many' }
  },
  find: async (uploadId) => {
    const { rows } = await sql<PhotoRow>`
      select ${columns} from photos where upload_id = ${uploadId}`.execute(kysely)
    const [row] = rows
    return row === undefined ? null : toPhoto(row)
  },
  kept: async (photoId) => {
    const { rows } = await sql<PhotoRow>`
      select ${columns} from photos where id = ${photoId} and hash is not null`.execute(kysely)
    const [row] = rows
    return row === undefined ? null : { ...pictureOf(row), channelId: row.channelId }
  },
  keep: async (uploadId, { hash, thumbnailHash, bytes, width, height }) => {
    await sql`
      update photos set state = 'stored', hash = ${hash}, thumbnail_hash = ${thumbnailHash},
                        bytes = ${bytes}, width = ${width}, height = ${height}
       where upload_id = ${uploadId} and state = 'uploading'`.execute(kysely)
  },
  markPosted: async (uploadId) => {
    await sql`
      update photos set state = 'posted', posted_at = clock_timestamp()
       where upload_id = ${uploadId} and state = 'stored'`.execute(kysely)
  },
  refuse: async (uploadId, refusal) => {
    await sql`
      update photos set state = 'refused', refusal = ${refusal}, hash = null, thumbnail_hash = null,
                        bytes = null, width = null, height = null
       where upload_id = ${uploadId} and state in ('uploading', 'stored')`.execute(kysely)
  },
  unfinished: async (seconds) => {
    const { rows } = await sql<{ uploadId: string }>`
      select upload_id as "uploadId" from photos
       where state in ('uploading', 'stored')
         and created_at < clock_timestamp() - make_interval(secs => ${seconds})
       order by created_at limit 100`.execute(kysely)
    return rows.map(({ uploadId }) => uploadId)
  },
  giveUp: async (uploadId) => {
    await sql`
      update photos set state = 'given-up'
       where upload_id = ${uploadId} and state = 'uploading'`.execute(kysely)
  },
  named: async (hashes) => {
    const { rows } = await sql<{ hash: string }>`
      select hash from unnest(${hashes}::text[]) as hash
       where exists (select from photos p where p.hash = hash.hash)
          or exists (select from photos p where p.thumbnail_hash = hash.hash)`.execute(kysely)
    return new Set(rows.map(({ hash }) => hash))
  },
})

const toPhoto = (row: PhotoRow): Photo => {
  const { id: photoId, uploadId, channelId, author, clientId, length, state } = row
  const sending = { photoId, uploadId, channelId, author, clientId, length }
  if (state === 'stored' || state === 'posted')
    return { ...sending, state, picture: pictureOf(row) }
  if (state === 'refused') return { ...sending, state, refusal: row.refusal ?? 'unavailable' }
  return { ...sending, state }
}

const pictureOf = ({ hash, thumbnailHash, bytes, width, height }: PhotoRow): StoredPicture => ({
  hash,
  thumbnailHash,
  bytes,
  width,
  height,
})
