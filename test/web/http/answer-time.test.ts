import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

t.test('a request that has come is not cut off like one that is slow to come', async (t) => {
  const { server, url } = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
  const allowed: (number | undefined)[] = []
  server.app.server.on('request', ({ socket }, response) => {
    response.once('prefinish', () => allowed.push(socket.timeout))
  })
  t.equal((await fetch(`${url}/healthz`)).status, 200)
  t.equal(server.app.server.timeout, 10_000)
  t.strictSame(allowed, [60_000])
})
