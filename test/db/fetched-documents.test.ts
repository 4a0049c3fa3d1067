import { createHash } from 'node:crypto'
import t from 'tap'
import {
  createFetchedTexts,
  createSentRequests,
  forgetFetched,
} from '../../src/db/fetched-documents.ts'
import type { FetchRequest } from '../../src/voicexml/fetch-request.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

const request: FetchRequest = {
  purpose: 'document',
  method: 'post',
  url: 'http://a.example/',
  body: { enctype: 'application/x-www-form-urlencoded', entries: [{ name: 'a', value: '1' }] },
  timeoutMs: null,
  maxAgeSeconds: null,
  maxStaleSeconds: null,
}

const ageEverything = async () => {
  await database.pool.query(`update fetched_documents set used_at = used_at - interval '3 days'`)
  await database.pool.query(`update sent_requests set sent_at = sent_at - interval '3 days'`)
}

t.test('texts are stored once by their content and found on any node', async (t) => {
  let elapsed = 0
  const one = createFetchedTexts(database, () => elapsed)
  const texts = new Map([
    [hashOf('<a/>'), '<a/>'],
    [hashOf('Привет 👋'), 'Привет 👋'],
  ])
  await one.keep(texts)
  await one.keep(texts)
  const other = createFetchedTexts(database, () => elapsed)
  await other.keep(texts)
  t.same(await other.load([...texts.keys(), hashOf('never')]), texts)

  await ageEverything()
  await one.keep(texts)
  await forgetFetched(database)
  t.equal((await other.load([...texts.keys()])).size, 0, 'it trusts its memory for an hour')
  elapsed += 61 * 60 * 1000
  await one.keep(texts)
  t.equal((await other.load([...texts.keys()])).size, 2)
  await forgetFetched(database)
  t.equal((await other.load([...texts.keys()])).size, 2, 'what calls may stand on stays')
})

t.test('of many who claim a request one is first, and the others get its answer', async (t) => {
  const sent = createSentRequests(database)
  const key = { callSid: 'CA1', turn: 3, ordinal: 0, request }
  const claims = await Promise.all(Array.from({ length: 8 }, () => sent.claim(key)))
  t.equal(claims.filter(({ kind }) => kind === 'first').length, 1)
  t.equal(claims.filter(({ kind }) => kind === 'unanswered').length, 7)
  const answer = { kind: 'text', text: 'with \0 in it', hash: 'h' } as const
  await sent.answered(key, answer)
  t.same(await sent.claim(key), { kind: 'answered', answer })
  for (const other of [
    { ...key, callSid: 'CA2' },
    { ...key, turn: 4 },
    { ...key, ordinal: 1 },
    { ...key, request: { ...request, url: 'http://a.example/2' } },
  ]) {
    t.same(await sent.claim(other), { kind: 'first' })
  }
  await forgetFetched(database)
  t.same(await sent.claim(key), { kind: 'answered', answer })
  await ageEverything()
  await forgetFetched(database)
  t.same(await sent.claim(key), { kind: 'first' })
})
