import t from 'tap'
import { Check, Meta } from 'typebox/schema'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

type Media = { schema: object }
type Answer = { description: string; content?: Record<string, Media> }
type Parameter = { name: string; in: string; required?: boolean; schema: object }
type Operation = {
  summary: string
  tags: string[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media>; required?: boolean }
  responses: Record<string, Answer>
  security?: object[]
}
type Description = {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas?: Record<string, object> }
}

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const answer = await fetch(`${server.url}/openapi.json`)
const description = (await answer.json()) as Description

const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** What Fastify itself says it serves: `/api/cases/:number (GET, HEAD, PATCH)`. */
const routeTable = () => {
  const found = server.server.app.printRoutes({ commonPrefix: false, includeHooks: false })
  let parents: string[] = []
  return found.split('\n').flatMap((text) => {
    const read = /^([│\s]*)(?:├── |└── )(\S*)(?: \(([A-Z, ]+)\))?$/.exec(text)
    if (read === null) return []
    const [, indent = '', part = '', methods] = read
    parents = [...parents.slice(0, indent.length / 4), part]
    return methods === undefined
      ? []
      : methods
          .split(', ')
          .filter((method) => method !== 'HEAD')
          .map((method) => `${method} ${parents.join('').replace(/:(\w+)/g, '{$1}')}`)
  })
}

t.test('it is an OpenAPI 3.1 description', async (t) => {
  t.equal(answer.status, 200)
  t.match(description.openapi, /^3\.1\.\d$/)
  t.match(description.info, { title: 'hotline', version: String })
})

t.test('every route of the API is described, and nothing else of it', async (t) => {
  const served = routeTable().filter((route) => route.includes(' /api/'))
  t.ok(served.length >= 7, 'the table is read')
  const described = operations
    .map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    .filter((route) => route.includes(' /api/'))
  t.strictSame(described.sort(), served.sort())
  t.match(Object.keys(description.paths).sort().join(' '), '/healthz /metrics /readyz')
})

t.test('every operation says what it takes and all that it may answer', async (t) => {
  for (const { path, method, operation } of operations) {
    const name = `${method} ${path}`
    t.ok(operation.summary, name)
    t.equal(operation.tags.length, 1, name)
    const parameters = operation.parameters ?? []
    const inPath = parameters.filter((each) => each.in === 'path')
    t.strictSame(
      inPath.map((each) => each.name),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, each]) => each),
      name,
    )
    t.ok(
      inPath.every(({ required }) => required === true),
      name,
    )
    for (const [status, { description: text }] of Object.entries(operation.responses)) {
      t.match(status, /^[2-5]\d\d$/, name)
      t.ok(text.length > 0, `${name} ${status}`)
    }
    if (!path.startsWith('/api/')) {
      t.strictSame(operation.security, [], name)
      continue
    }
    for (const status of ['400', '401', '429', '500', '503'])
      t.ok(operation.responses[status], name)
    if (method !== 'get')
      for (const status of ['413', '415']) t.ok(operation.responses[status], name)
    if (inPath.length > 0) t.ok(operation.responses['404'], name)
  }
})

t.test('every schema is one of JSON Schema 2020-12', async (t) => {
  const anySchema = { $ref: 'https://json-schema.org/draft/2020-12/schema' }
  t.notOk(Check(Meta, anySchema, { type: 'strin' }), 'a fault is seen')
  for (const { path, method, operation } of operations) {
    const schemas = [
      ...(operation.parameters ?? []).map(({ schema }) => schema),
      ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
      ...Object.values(operation.responses).flatMap(({ content = {} }) =>
        Object.values(content).map(({ schema }) => schema),
      ),
    ]
    t.ok(
      schemas.every((schema) => Check(Meta, anySchema, schema)),
      `${method} ${path}`,
    )
  }
})

t.test('the answers are what the description says', async (t) => {
  const created = await server.api('/cases', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: '+79161234567', service: 'x' }),
  })
  const { number } = JSON.parse(created.body)
  for (const [method, path, template] of [
    ['get', '/calls', '/api/calls'],
    ['get', '/callbacks', '/api/callbacks'],
    ['get', `/cases/${number}`, '/api/cases/{number}'],
    ['get', '/cases/1', '/api/cases/{number}'],
    ['get', '/calls?limit=x', '/api/calls'],
  ] as const) {
    const given = await server.api(path, { method })
    const schema =
      description.paths[template]?.[method]?.responses[given.status]?.content?.['application/json']
        ?.schema
    t.ok(Check(schema ?? false, JSON.parse(given.body)), `${method} ${path}`)
  }
})
