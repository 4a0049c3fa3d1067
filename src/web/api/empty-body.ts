import type { FastifyInstance } from 'fastify'

/**
 * Lets a request say that its body is JSON and have none, as many clients do; for routes that need
 * nothing but their address.
 */
export const acceptEmptyBody = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, String(body), done)
  })
}
