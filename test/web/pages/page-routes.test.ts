import Fastify from 'fastify'
import t from 'tap'
import { pageRoutes } from '../../../src/web/pages/page-routes.ts'

const serve = async (directory: string) => {
  const app = Fastify()
  await app.register(pageRoutes, { directory, pages: ['phone', 'console'] })
  return app
}

t.test('pages that are built are served, others are not there', async (t) => {
  const app = await serve(
    t.testdir({ assets: { 'a.js': '1' }, console: { 'index.html': '<h1>Console</h1>' } }),
  )
  const page = await app.inject('/console')
  t.equal(page.statusCode, 200)
  t.match(page.headers, { 'content-type': /^text\/html/, 'cache-control': 'no-cache' })
  t.equal(page.body, '<h1>Console</h1>')
  t.equal((await app.inject('/phone')).statusCode, 404)
  t.match((await app.inject('/assets/a.js')).headers['cache-control'], /immutable/)
})

t.test(
  'what makes a page installable is served beside it, its worker for the page itself',
  async (t) => {
    const app = await serve(
      t.testdir({
        assets: { 'a.js': 'long', 'a.js.br': 'br' },
        phone: { 'index.html': '', 'worker.js': 'w', 'manifest.webmanifest': '{}' },
      }),
    )
    const worker = await app.inject('/phone/worker.js')
    t.match(worker.headers, {
      'content-type': /^text\/javascript/,
      'cache-control': 'no-cache',
      'service-worker-allowed': '/phone',
    })
    const manifest = await app.inject('/phone/manifest.webmanifest')
    t.match(manifest.headers['content-type'], /^application\/manifest\+json/)
    t.equal((await app.inject('/console/worker.js')).statusCode, 404)

    const small = await app.inject({ url: '/assets/a.js', headers: { 'accept-encoding': 'br' } })
    t.match(small, { body: 'br', headers: { 'content-encoding': 'br', vary: /accept-encoding/i } })
    t.equal((await app.inject('/assets/a.js')).body, 'long')
  },
)

t.test('without anything built a server starts all the same', async (t) => {
  const app = await serve(t.testdir())
  t.equal((await app.inject('/console')).statusCode, 404)
})
