import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'

export type PageOptions = {
  /** Folder of built pages: `PAGE/index.html` and `assets/`. */
  readonly directory: string
  /** Pages to serve, each at `/NAME`. */
  readonly pages: readonly string[]
}

/**
 * The browser applications. What has a hash in its name is kept by browsers for ever. A page that is not
 * built is not there.
 */
export const pageRoutes: FastifyPluginAsync<PageOptions> = async (app, { directory, pages }) => {
  if (!existsSync(join(directory, 'assets'))) return
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    // The build leaves a smaller copy beside what is worth it.
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
  })
  for (const page of pages) {
    const path = join(directory, page, 'index.html')
    if (!existsSync(path)) continue
    const html = await readFile(path, 'utf8')
    app.get(`/${page}`, (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
    )
    for (const beside of besides) {
      const content = await readFile(join(directory, page, beside.name)).catch(() => null)
      if (content === null) continue
      app.get(`/${page}/${beside.name}`, (_request, reply) =>
        reply
          .type(beside.type)
          // A worker may keep the page itself, which is not below the worker's own address.
          .headers({ 'cache-control': 'no-cache', 'service-worker-allowed': `/${page}` })
          .send(content),
      )
    }
  }
}

/** What makes a page installable, under names that stay. */
const besides = [
  { name: 'worker.js', type: 'text/javascript; charset=utf-8' },
  { name: 'manifest.webmanifest', type: 'application/manifest+json; charset=utf-8' },
] as const
