/**
 * Who may import whom. The table in ARCHITECTURE.md says the same in words; a test plants a violation
 * of every rule and expects it to be found.
 */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only ${allowed.length === 0 ? 'itself' : allowed.join(', ')}`,
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...allowed.map((path) => `^src/${path}`)] },
})

const core = ['voicexml/', 'routing/', 'schedules/', 'numbers/', 'prompts/']
const useCases = [
  'calls',
  'callbacks',
  'cases',
  'operators',
  'queues',
  'callers',
  'channel',
  'recordings',
]
const adapters = ['db', 'twilio', 'media', 'blobs', 'images', 'flow-files', 'fetching']

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('numbers', 'numbers', []),
    only('prompts', 'prompts', []),
    only('schedules', 'schedules', ['numbers/']),
    only('voicexml', 'voicexml', ['prompts/', 'numbers/']),
    only('routing', 'routing', ['schedules/']),
    {
      name: 'pure-core',
      severity: 'error',
      comment: 'The core knows no clock, ids, files, network or log: nothing of Node',
      from: { path: '^src/(voicexml|routing|schedules|numbers|prompts)/' },
      to: { dependencyTypes: ['core'] },
    },
    ...useCases.map((folder) =>
      only(folder, folder, [
        ...core,
        ...useCases.filter((other) => other !== folder).map((other) => `${other}/`),
      ]),
    ),
    ...adapters.map((folder) =>
      only(folder, folder, [...core, ...useCases.map((path) => `${path}/`)]),
    ),
    only('jobs', 'jobs', [...core, ...useCases.map((path) => `${path}/`)]),
    only('simulator', 'simulator', ['numbers/']),
    only('pages', 'pages', [
      'simulator/phone-protocol.ts',
      'simulator/softphone-protocol.ts',
      'web/operator/protocol.ts',
      'web/channel/protocol.ts',
      'web/caller/protocol.ts',
    ]),
    ...['voice', 'media'].map((folder) =>
      only(`web-${folder}`, `web/${folder}`, [
        ...core,
        ...useCases.map((path) => `${path}/`),
        'twilio/',
        'media/',
        'web/http/',
      ]),
    ),
    ...['operator', 'supervisor', 'caller', 'channel', 'api', 'health', 'pages'].map((folder) =>
      only(`web-${folder}`, `web/${folder}`, [
        ...core,
        ...useCases.map((path) => `${path}/`),
        'web/http/',
      ]),
    ),
    only('web-http', 'web/http', core),
    {
      name: 'no-drawers',
      severity: 'error',
      comment: 'Folders are named by what they are about',
      from: {},
      to: {
        path: '/(util|utils|helper|helpers|common|types|lib|service|services|manager|managers)/',
        pathNot: 'node_modules',
      },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    extraExtensionsToScan: ['.css'],
    exclude: { path: '^(dist|node_modules)/' },
  },
}
