import { join } from 'node:path'
import t from 'tap'
import { blobFolder } from '../../../src/blobs/folder.ts'
import { createChannelReads } from '../../../src/db/channel-reads.ts'
import { createChannelWrites } from '../../../src/db/channel-writes.ts'
import { createChannelLife } from '../../../src/db/channels.ts'
import {
  givenCaller,
  givenTalk,
  newChannel,
  newId,
  operatorCookie,
} from '../../support/channel-scene.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const { api, url, database } = server

t.test(
  'a channel is read afterwards by who says why, and that stands in the journal',
  async (t) => {
    const channel = newChannel()
    await givenCaller(database)
    const anna = await operatorCookie(database, 'anna', { name: 'Анна' })
    const vera = await operatorCookie(database, 'vera', { role: 'supervisor' })
    await givenTalk(database, channel.callSid, 'anna')
    const life = createChannelLife(database, async () => {})
    const opened = await life.open(channel)
    const channelId = opened.kind === 'opened' ? opened.channelId : ''
    const author = { kind: 'operator', login: 'anna' } as const
    const reads = createChannelReads(database)
    const writes = createChannelWrites(database)
    for (const content of [
      { type: 'chat', isOpen: true } as const,
      { type: 'message', text: 'Добрый день' } as const,
    ])
      await writes.write(
        { channelId, author, clientId: newId(), content },
        await reads.facts(channelId, author),
      )
    await life.close(channel.callSid)
    const path = `/calls/${channel.callSid}/channel`

    t.equal((await api(path)).status, 400, 'without a reason')
    t.equal((await api(`${path}?reason=%20`)).status, 400)
    t.equal((await api(`${path}?reason=x&cursor=-1`)).status, 400)
    t.equal((await api('/calls/CA0/channel?reason=x')).status, 404)
    const { status, body } = await api(`${path}?reason=${encodeURIComponent('Жалоба 17')}`)
    t.equal(status, 200)
    t.match(JSON.parse(body), {
      id: channelId,
      chatOpen: true,
      caller: { phone: channel.phone, name: 'Ольга' },
      items: [
        { sequence: 1, type: 'operator', operator: 'anna' },
        { sequence: 2, type: 'chat', isOpen: true },
        { sequence: 3, type: 'message', text: 'Добрый день', author: { id: 'anna', name: 'Анна' } },
        { sequence: 4, type: 'operator', operator: null },
        { sequence: 5, type: 'over' },
      ],
      nextCursor: null,
    })
    const by = (cookie: string) => fetch(`${url}/api${path}?reason=x`, { headers: { cookie } })
    t.equal((await by(anna)).status, 403, 'an operator afterwards no longer')
    t.equal((await by(vera)).status, 200)
    const { rows } = await database.pool.query(
      `select login, details ->> 'reason' as reason from journal
      where action = 'channel-read' and subject = $1 order by id`,
      [channel.callSid],
    )
    t.strictSame(rows, [
      { login: '*token', reason: 'Жалоба 17' },
      { login: 'vera', reason: 'x' },
    ])
  },
)

t.test('channels stand among the figures', async (t) => {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  for (const name of ['hotline_channels_open 0', 'hotline_channel_sockets 0'])
    t.match(metrics, name)
})

t.test('a photo of a channel is looked at afterwards by who says why', async (t) => {
  const channel = newChannel()
  const opened = await createChannelLife(database, async () => {}).open(channel)
  const channelId = opened.kind === 'opened' ? opened.channelId : ''
  const { hash, bytes } = await blobFolder(join(server.dataDir, 'photos')).put(
    Buffer.from('a picture'),
  )
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into photos (upload_id, channel_id, author, author_key, client_id, state, length, hash,
                         thumbnail_hash, bytes, width, height, posted_at)
     values (md5('x'), $1, '{"kind":"caller"}', 'caller', gen_random_uuid(), 'posted', 9, $2, $2, $3, 1, 1, now())
     returning id`,
    [channelId, hash, bytes],
  )
  const path = `/calls/${channel.callSid}/channel/photos`
  const seen = await api(`${path}/${rows[0]?.id}?reason=x`)
  t.equal(seen.status, 200)
  t.equal(seen.body, 'a picture')
  t.equal(seen.headers.get('content-type'), 'image/jpeg')
  t.equal((await api(`${path}/${rows[0]?.id}`)).status, 400, 'without a reason')
  t.equal((await api(`${path}/${channelId}?reason=x`)).status, 404)
  const other = newChannel()
  await createChannelLife(database, async () => {}).open(other)
  const elsewhere = `/calls/${other.callSid}/channel/photos/${rows[0]?.id}?reason=x`
  t.equal((await api(elsewhere)).status, 404, 'of another call')
  const journal = await database.pool.query(
    `select from journal where action = 'channel-read' and subject = $1`,
    [channel.callSid],
  )
  t.equal(journal.rowCount, 2)
})
