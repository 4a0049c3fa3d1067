import { isIP } from 'node:net'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'

const schema = Type.Object({
  HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address the server listens on',
  }),
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65_535,
    description: 'Port it listens on; 0 = any free one',
  }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#@\\s]+/?$',
      description: 'Origin that Twilio signs and callers see; default http://HOST:PORT',
    }),
  ),
  TRUSTED_PROXIES: Type.String({
    default: '',
    description: 'Comma list of addresses or networks of proxies whose X-Forwarded-For is believed',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'PostgreSQL; unset = embedded PostgreSQL under DATA_DIR',
    }),
  ),
  DATA_DIR: Type.String({
    default: '.data',
    minLength: 1,
    description: 'Embedded database, photos, recordings',
  }),
  BLOB_S3_URL: Type.Optional(
    Type.String({
      pattern:
        '^(https://[^/?#@\\s]+|http://(127\\.\\d+\\.\\d+\\.\\d+|localhost|\\[::1\\])(:\\d+)?)(/[A-Za-z0-9._-]+)?/?$',
      description:
        'S3-compatible bucket of our own for photos and recordings, its name in host or path; unset = under DATA_DIR. http: only for loopback',
    }),
  ),
  BLOB_S3_REGION: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9-]+$', description: 'Region of the bucket' }),
  ),
  BLOB_S3_KEY_ID: Type.Optional(
    Type.String({
      pattern: '^[^/,\\s]+$',
      description: 'Access key that may list, read, write and delete there',
    }),
  ),
  BLOB_S3_SECRET: Type.Optional(
    Type.String({ minLength: 1, description: 'Secret of the access key' }),
  ),
  MIGRATE: Type.Optional(
    Type.Union([Type.Literal('0'), Type.Literal('1')], {
      description: 'Apply migrations at start; default 1 on the embedded database, else 0',
    }),
  ),
  FLOWS_DIR: Type.String({ default: 'ivr-flows', minLength: 1, description: 'Flow folder' }),
  FLOWS_FETCH_ALLOW: Type.String({
    default: '',
    description: 'Comma list of origins that documents may fetch from',
  }),
  FLOWS_CHECK: Type.Union([Type.Literal('refuse'), Type.Literal('warn'), Type.Literal('off')], {
    default: 'refuse',
    description: 'Flows with errors: refuse to start or activate them, warn, or off',
  }),
  TWILIO_ACCOUNT_SID: Type.Optional(
    Type.String({
      pattern: '^AC[0-9a-fA-F]{32}$',
      description: 'Twilio account; unset = simulated carrier in the same process',
    }),
  ),
  TWILIO_AUTH_TOKEN: Type.Optional(
    Type.String({ minLength: 1, description: 'Token that signs the webhooks' }),
  ),
  TWILIO_AUTH_TOKEN_NEXT: Type.Optional(
    Type.String({ minLength: 1, description: 'Second accepted token during rotation' }),
  ),
  TWILIO_API_URL: Type.Optional(
    Type.String({
      pattern: '^(https://|http://(127\\.\\d+\\.\\d+\\.\\d+|localhost|\\[::1\\])([:/]|$))',
      description: "REST API; default Twilio's own. http: only for loopback",
    }),
  ),
  TWILIO_API_KEY: Type.Optional(
    Type.String({ pattern: '^SK', description: 'Browser softphone tokens' }),
  ),
  TWILIO_API_SECRET: Type.Optional(
    Type.String({ minLength: 1, description: 'Browser softphone tokens' }),
  ),
  TWILIO_TWIML_APP_SID: Type.Optional(
    Type.String({ pattern: '^AP', description: 'Browser softphone tokens' }),
  ),
  CALLS_PER_SECOND: Type.Optional(
    Type.Number({
      minimum: 0.1,
      maximum: 1000,
      description:
        'Calls a second that the carrier begins for the account (Voice settings of Twilio); default 1, of a carrier at TWILIO_API_URL no limit',
    }),
  ),
  SMS_FROM: Type.Optional(
    Type.String({
      pattern: '^(\\+[0-9]{7,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$',
      description: "Number or name that text messages come from; default the line's number",
    }),
  ),
  MAP_TILES_URL: Type.Optional(
    Type.String({
      pattern: '^https://[^/{}]+/(?=.*\\{z\\})(?=.*\\{x\\})(?=.*\\{y\\})',
      description: 'Map tiles of the console, with {z} {x} {y}; unset = coordinates and a link',
    }),
  ),
  MAP_ATTRIBUTION: Type.String({
    default: '',
    maxLength: 200,
    description: 'Whose map it is, shown on it',
  }),
  ADMIN_TOKEN: Type.Optional(
    Type.String({
      minLength: 32,
      description: 'Bearer token with the administrator role for /api; at least 32 characters',
    }),
  ),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) =>
      Type.Literal(level),
    ),
    { default: 'info', description: 'Level of the JSON log on standard output' },
  ),
})

type Settings = Static<typeof schema>

/** Text that does not show itself in logs and JSON; `reveal()` gives it back. */
export type Secret = { readonly reveal: () => string; readonly toJSON: () => string }

const secret = (text: string): Secret =>
  Object.freeze({ reveal: () => text, toJSON: () => '[secret]' })

/** The settings of one process, validated; see the table in the README. */
export type Config = {
  readonly host: string
  readonly port: number
  /** Without a trailing slash; null = follows the address that is listened on. */
  readonly publicUrl: string | null
  /** Addresses and networks; who comes by one of these is whom it says. */
  readonly trustedProxies: readonly string[]
  readonly databaseUrl: Secret | null
  readonly dataDir: string
  /** Null = photos and recordings are kept below the data folder. */
  readonly bucket: BucketConfig | null
  readonly migrate: boolean
  readonly flows: {
    readonly dir: string
    readonly fetchAllow: readonly string[]
    readonly check: 'refuse' | 'warn' | 'off'
  }
  /** Null = the simulated carrier. */
  readonly twilio: TwilioConfig | null
  /** Calls that the carrier begins for the account; what is ordered beyond that would wait with it. */
  /** What the carrier begins for the account; null = whatever is ordered. */
  readonly callsPerSecond: number | null
  /** Null = text messages come from the number of their line. */
  readonly smsFrom: string | null
  /** Where the console's maps are drawn from; null = nowhere. */
  readonly map: { readonly tiles: string; readonly attribution: string } | null
  readonly adminToken: Secret | null
  readonly logLevel: string
}

export type BucketConfig = {
  /** Of the bucket itself, without a trailing slash. */
  readonly url: string
  readonly region: string
  readonly keyId: string
  readonly secret: Secret
}

export type TwilioConfig = {
  readonly accountSid: string
  readonly authToken: Secret
  readonly authTokenNext: Secret | null
  readonly apiUrl: string | null
  /** Null = operators are not rung in browsers. */
  readonly softphone: {
    readonly apiKey: string
    readonly apiSecret: Secret
    readonly twimlAppSid: string
  } | null
}

/** All of a row, or none. */
const together: readonly (readonly (keyof Settings)[])[] = [
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
  ['BLOB_S3_URL', 'BLOB_S3_REGION', 'BLOB_S3_KEY_ID', 'BLOB_S3_SECRET'],
]

/**
 * Reads the environment; an empty variable counts as unset. All faults are found together, each one
 * a sentence that names the variable and never repeats a secret's value.
 */
export const readConfig = (
  environment: Readonly<Record<string, string | undefined>>,
): { readonly config: Config } | { readonly faults: readonly string[] } => {
  const given = Object.fromEntries(
    Object.keys(schema.properties)
      .map((name) => [name, environment[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  )
  const settings = Value.Convert(schema, Value.Default(schema, given)) as Settings
  const faults = Object.entries(schema.properties).flatMap(([name, property]) =>
    faultOf(name, property, settings[name as keyof Settings]),
  )
  for (const names of together) {
    const [set] = names.filter((name) => given[name] !== undefined)
    if (set === undefined) continue
    const missing = names.filter((name) => given[name] === undefined)
    faults.push(...missing.map((name) => `${name}: must be set together with ${set}`))
  }
  const origins = listOf(given['FLOWS_FETCH_ALLOW'])
  for (const origin of origins) {
    if (!isOrigin(origin))
      faults.push(`FLOWS_FETCH_ALLOW: "${origin}" is not an origin such as https://example.org`)
  }
  for (const proxy of listOf(given['TRUSTED_PROXIES'])) {
    if (!isNetwork(proxy))
      faults.push(`TRUSTED_PROXIES: "${proxy}" is not an address or network such as 10.0.0.0/8`)
  }
  if (faults.length > 0) return { faults }
  return { config: configOf(settings, origins) }
}

const configOf = (settings: Settings, fetchAllow: readonly string[]): Config =>
  Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    publicUrl: settings.PUBLIC_URL?.replace(/\/$/, '') ?? null,
    trustedProxies: listOf(settings.TRUSTED_PROXIES),
    databaseUrl: settings.DATABASE_URL === undefined ? null : secret(settings.DATABASE_URL),
    dataDir: settings.DATA_DIR,
    bucket: bucketOf(settings),
    migrate: (settings.MIGRATE ?? (settings.DATABASE_URL === undefined ? '1' : '0')) === '1',
    flows: Object.freeze({ dir: settings.FLOWS_DIR, fetchAllow, check: settings.FLOWS_CHECK }),
    twilio: twilioOf(settings),
    callsPerSecond: settings.CALLS_PER_SECOND ?? (settings.TWILIO_API_URL === undefined ? 1 : null),
    smsFrom: settings.SMS_FROM ?? null,
    map:
      settings.MAP_TILES_URL === undefined
        ? null
        : Object.freeze({ tiles: settings.MAP_TILES_URL, attribution: settings.MAP_ATTRIBUTION }),
    adminToken: settings.ADMIN_TOKEN === undefined ? null : secret(settings.ADMIN_TOKEN),
    logLevel: settings.LOG_LEVEL,
  })

const bucketOf = (settings: Settings): BucketConfig | null =>
  settings.BLOB_S3_URL === undefined ||
  settings.BLOB_S3_REGION === undefined ||
  settings.BLOB_S3_KEY_ID === undefined ||
  settings.BLOB_S3_SECRET === undefined
    ? null
    : Object.freeze({
        url: settings.BLOB_S3_URL.replace(/\/$/, ''),
        region: settings.BLOB_S3_REGION,
        keyId: settings.BLOB_S3_KEY_ID,
        secret: secret(settings.BLOB_S3_SECRET),
      })

const twilioOf = (settings: Settings): TwilioConfig | null =>
  settings.TWILIO_ACCOUNT_SID === undefined || settings.TWILIO_AUTH_TOKEN === undefined
    ? null
    : Object.freeze({
        accountSid: settings.TWILIO_ACCOUNT_SID,
        authToken: secret(settings.TWILIO_AUTH_TOKEN),
        authTokenNext:
          settings.TWILIO_AUTH_TOKEN_NEXT === undefined
            ? null
            : secret(settings.TWILIO_AUTH_TOKEN_NEXT),
        apiUrl: settings.TWILIO_API_URL?.replace(/\/$/, '') ?? null,
        softphone: softphoneOf(settings),
      })

const softphoneOf = (settings: Settings): TwilioConfig['softphone'] =>
  settings.TWILIO_API_KEY === undefined ||
  settings.TWILIO_API_SECRET === undefined ||
  settings.TWILIO_TWIML_APP_SID === undefined
    ? null
    : Object.freeze({
        apiKey: settings.TWILIO_API_KEY,
        apiSecret: secret(settings.TWILIO_API_SECRET),
        twimlAppSid: settings.TWILIO_TWIML_APP_SID,
      })

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return rest.length === 0 && most > 0 && (bits === undefined || isBits(bits, most))
}

/** Not all addresses: then anybody could say to be anybody. */
const isBits = (text: string, most: number): boolean =>
  /^[1-9]\d{0,2}$/.test(text) && Number(text) <= most

const faultOf = (name: string, property: TSchema, value: unknown): readonly string[] => {
  if (value === undefined || Value.Check(property, value)) return []
  const choices = ('anyOf' in property ? (property.anyOf as { const?: string }[]) : []).map(
    (choice) => choice.const,
  )
  const [first] = Value.Errors(property, value)
  const message = choices.length > 0 ? `must be one of ${choices.join(', ')}` : first?.message
  return [`${name}: ${message} (${(property as { description?: string }).description})`]
}

/** Name, default and meaning of every setting, for `.env.example` and the README. */
export const settingsTable = (): readonly { name: string; default: string; meaning: string }[] =>
  Object.entries(schema.properties).map(([name, property]) => {
    const { default: value, description } = property as { default?: unknown; description?: string }
    return { name, default: value === undefined ? '' : String(value), meaning: description ?? '' }
  })
