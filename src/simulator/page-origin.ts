import type { FastifyRequest } from 'fastify'

const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/
const loopbackHost = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** The same origin, or the same port of the same machine under another of its loopback names. */
const sameOrigin = (origin: string, publicOrigin: string): boolean => {
  if (!URL.canParse(origin)) return false
  const [one, other] = [new URL(origin), new URL(publicOrigin)]
  return (
    one.origin === other.origin ||
    (one.port === other.port && [one, other].every((url) => loopbackHost.test(url.hostname)))
  )
}

/** A page of another origin may not use the telephone; a program may that runs on this machine. */
export const allowed = (request: FastifyRequest, publicOrigin: string): boolean => {
  const { origin } = request.headers
  return origin === undefined
    ? loopbackAddress.test(request.socket.remoteAddress ?? '')
    : sameOrigin(origin, publicOrigin)
}
