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
  }
}
