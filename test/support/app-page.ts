import { createSecrets } from '../../src/callers/secrets.ts'
import type { CallView, Me, PersonView, ServerMessage } from '../../src/web/caller/protocol.ts'
import { ownPage } from './console.ts'
import { openPageSocket } from './page-socket.ts'
import { authToken, type TestServer } from './server.ts'

/** What codes and links of test servers follow from, as of those with a real account. */
export const secrets = createSecrets(authToken)

/** A carrier that is not there: what is to be sent stays in the outbox. */
export const noCarrier = { TWILIO_API_URL: 'http://127.0.0.1:9' }

export type AppAnswer = {
  readonly status: number
  readonly body: unknown
  readonly cookie: string
  readonly headers: Headers
}

/** Speaks to `/caller` as the app page does; `cookie` of whoever is signed in. */
export const appPage = (server: Pick<TestServer, 'url' | 'database'>, cookie = '') => {
  const ask = async (method: string, path: string, body?: unknown): Promise<AppAnswer> => {
    const { 'content-type': type, ...proof } = ownPage(server.url)
    const response = await fetch(`${server.url}/caller${path}`, {
      method,
      headers: {
        ...proof,
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text === '' ? null : (JSON.parse(text) as unknown),
      cookie: (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '',
      headers: response.headers,
    }
  }
  return {
    cookie,
    ask,
    me: async () => (await ask('GET', '/me')).body as Me,
    calls: async () =>
      (await ask('GET', '/calls')).body as {
        readonly items: readonly CallView[]
        readonly nextCursor: string | null
      },
    people: async () =>
      ((await ask('GET', '/people')).body as { readonly items: readonly PersonView[] }).items,
  }
}

export type AppPage = ReturnType<typeof appPage>

/** The code that was sent last to a number. */
export const codeFor = async (
  { database }: Pick<TestServer, 'database'>,
  phone: string,
): Promise<string> => {
  const { rows } = await database.pool.query<{ facts: { codeId: string } }>(
    `select facts from text_messages where to_number = $1 and facts ? 'codeId'
      order by queued_at desc, id desc limit 1`,
    [phone],
  )
  return secrets.code(rows[0]?.facts.codeId ?? '')
}

/** Signs a number in as its owner does. */
export const signInCaller = async (
  server: Pick<TestServer, 'url' | 'database'>,
  phone: string,
): Promise<AppPage> => {
  const page = appPage(server)
  await page.ask('POST', '/code', { phone, by: 'sms' })
  const code = await codeFor(server, phone)
  const { status, cookie } = await page.ask('POST', '/sign-in', { phone, code })
  if (status !== 200) throw new Error(`not signed in: ${status}`)
  return appPage(server, cookie)
}

export type AppSocket = {
  /** Everything that the server has told. */
  readonly messages: readonly ServerMessage[]
  readonly closed: Promise<{ readonly code: number }>
  readonly say: (text: string) => void
  /** The first message that fits, of those told and those to come. */
  readonly message: (fits: (message: ServerMessage) => boolean) => Promise<ServerMessage>
  readonly until: (type: ServerMessage['type']) => Promise<ServerMessage>
}

/** Opens `/caller/socket` as the page does; rejects where the server refuses the upgrade. */
export const openAppSocket = async (
  t: { teardown(work: () => void): unknown },
  url: string,
  cookie: string,
  origin = url,
): Promise<AppSocket> => {
  const { socket, messages, when, closed } = await openPageSocket<ServerMessage>(
    t,
    url,
    '/caller/socket',
    { cookie, origin },
  )
  const message = (fits: (message: ServerMessage) => boolean) => when(() => messages.find(fits))
  return {
    messages,
    closed,
    say: (text) => socket.send(text),
    message,
    until: (type) => message((said) => said.type === type),
  }
}
