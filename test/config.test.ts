import t from 'tap'
import { readConfig, settingsTable } from '../src/config.ts'

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  const outcome = readConfig(environment)
  return 'faults' in outcome ? outcome.faults : []
}

t.test(
  'an empty environment is the demo: loopback, embedded database, simulated carrier',
  async (t) => {
    const outcome = readConfig({})
    if (!('config' in outcome)) return t.fail('refused')
    t.match(outcome.config, {
      host: '127.0.0.1',
      port: 3000,
      publicUrl: null,
      databaseUrl: null,
      dataDir: '.data',
      migrate: true,
      twilio: null,
      adminToken: null,
    })
  },
)

t.test('all faults are told together, each with the name of its variable', async (t) => {
  const faults = faultsOf({
    PORT: '70000',
    PUBLIC_URL: 'hotline.example',
    DATABASE_URL: 'mysql://x',
    MIGRATE: 'yes',
    FLOWS_FETCH_ALLOW: 'https://a.example/path',
    TRUSTED_PROXIES: '10.0.0.1, proxy.example',
    FLOWS_CHECK: 'perhaps',
    TWILIO_ACCOUNT_SID: 'AC1',
    TWILIO_API_URL: 'http://api.example',
    ADMIN_TOKEN: 'short',
    LOG_LEVEL: 'loud',
  })
  t.same(
    faults.map((fault) => fault.split(':')[0]),
    [
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'MIGRATE',
      'FLOWS_CHECK',
      'TWILIO_ACCOUNT_SID',
      'TWILIO_API_URL',
      'ADMIN_TOKEN',
      'LOG_LEVEL',
      'TWILIO_AUTH_TOKEN',
      'FLOWS_FETCH_ALLOW',
      'TRUSTED_PROXIES',
    ],
  )
})

t.test('an account without its token is a fault', async (t) => {
  t.match(faultsOf({ TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}` }), [/TWILIO_AUTH_TOKEN/])
})

const ofBucket = {
  BLOB_S3_URL: 'https://files.example/hotline/',
  BLOB_S3_REGION: 'ru-central1',
  BLOB_S3_KEY_ID: 'KEY',
  BLOB_S3_SECRET: 'hunter2/+=',
}

t.test('a bucket is set with all that it takes, or not at all', async (t) => {
  const outcome = readConfig(ofBucket)
  if (!('config' in outcome)) return t.fail('refused')
  t.match(outcome.config.bucket, { url: 'https://files.example/hotline', region: 'ru-central1' })
  t.equal(outcome.config.bucket?.secret.reveal(), 'hunter2/+=')
  t.notMatch(JSON.stringify(outcome), /hunter2/)
  t.match(readConfig({}), { config: { bucket: null } })
  for (const name of Object.keys(ofBucket)) {
    const { [name]: _, ...rest } = ofBucket as Record<string, string>
    t.match(faultsOf(rest), [new RegExp(`^${name}: must be set together with BLOB_S3_`)])
  }
})

t.test(
  'the address of a bucket has its name in the host or the path, and nothing more',
  async (t) => {
    const faults = (url: string) => faultsOf({ ...ofBucket, BLOB_S3_URL: url }).length
    for (const good of [
      'https://hotline.s3.eu-central-1.amazonaws.com',
      'https://files.example:9000/hotline.2',
      'http://127.0.0.1:9000/hotline',
      'http://localhost/hotline',
    ])
      t.equal(faults(good), 0, good)
    for (const bad of [
      'http://files.example/hotline',
      'http://localhost.example/hotline',
      'https://files.example/hotline/photos',
      'https://key:secret@files.example/hotline',
      'https://files.example/hotline?x',
      's3://hotline',
    ])
      t.equal(faults(bad), 1, bad)
  },
)

t.test('a proxy is believed by its address or network, and never are all', async (t) => {
  for (const good of ['10.0.0.1', '10.0.0.0/8, 192.168.1.1', '::1', 'fd00::/8'])
    t.strictSame(faultsOf({ TRUSTED_PROXIES: good }), [], good)
  for (const bad of [
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    'loopback',
    'true',
    '1',
    '*',
  ])
    t.match(faultsOf({ TRUSTED_PROXIES: bad }), [/TRUSTED_PROXIES/], bad)
})

t.test('plain http to the REST API is for loopback only', async (t) => {
  t.same(faultsOf({ TWILIO_API_URL: 'http://127.0.0.1:9' }), [])
  t.equal(faultsOf({ TWILIO_API_URL: 'http://127.0.0.1.example:9' }).length, 1)
})

t.test('migrations run by themselves only on the embedded database', async (t) => {
  const external = readConfig({ DATABASE_URL: 'postgres://x' })
  t.match(external, { config: { migrate: false } })
  t.match(readConfig({ DATABASE_URL: 'postgres://x', MIGRATE: '1' }), { config: { migrate: true } })
})

t.test('secrets do not show themselves in JSON', async (t) => {
  const token = 'a'.repeat(32)
  const outcome = readConfig({ ADMIN_TOKEN: token, DATABASE_URL: 'postgres://u:hunter2@h/d' })
  t.notMatch(JSON.stringify(outcome), /hunter2|aaaa/)
  if ('config' in outcome) t.equal(outcome.config.adminToken?.reveal(), token)
})

t.test('the table of settings names every variable once', async (t) => {
  const names = settingsTable().map((row) => row.name)
  t.equal(new Set(names).size, names.length)
  t.ok(names.includes('PUBLIC_URL'))
})

t.test(
  'calls begin at the pace of Twilio, and of another carrier as they are ordered',
  async (t) => {
    const paceOf = (environment: Record<string, string>) => {
      const outcome = readConfig(environment)
      return 'config' in outcome ? outcome.config.callsPerSecond : outcome.faults
    }
    const another = { TWILIO_API_URL: 'https://carrier.example' }
    t.equal(paceOf({}), 1)
    t.equal(paceOf(another), null)
    t.equal(paceOf({ ...another, CALLS_PER_SECOND: '2.5' }), 2.5)
  },
)
