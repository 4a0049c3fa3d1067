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

/** The browser applications. What has a hash in its name is kept by browsers for ever. */
export const pageRoutes: FastifyPluginAsync<PageOptions> = async (app, { directory, pages }) => {
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    index: false,
  })
  for (const page of pages) {
    const html = await readFile(join(directory, page, 'index.html'), 'utf8')
    app.get(`/${page}`, (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
    )
  }
}
