import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import type { Adapters, AppOptions } from '../adapters.ts'
import { control } from '../simulator/control.ts'
import { phone } from '../simulator/phone.ts'
import { recordingMedia } from '../simulator/recording-media.ts'
import { softphone } from '../simulator/softphone.ts'
import { identityInClaim } from '../simulator/softphone-token.ts'
import { pageRoutes } from '../web/pages/page-routes.ts'

/**
 * Where the carrier's softphone signals and takes its sounds from.
 * @see https://www.twilio.com/docs/voice/sdks/javascript/best-practices
 */
const softphoneSources = {
  connect: [
    'https://eventgw.twilio.com',
    'wss://voice-js.roaming.twilio.com',
    'https://media.twiliocdn.com',
    'https://sdk.twilio.com',
  ],
  media: ['mediastream:', 'https://media.twiliocdn.com', 'https://sdk.twilio.com'],
}

/** The scope of the pages, and of what the demo's telephones need. */
export const pagesScope =
  (adapters: Adapters, options: AppOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const { demo, publicUrl, pagesDirectory, map = null } = options
    const sources = demo === null ? softphoneSources : { connect: [], media: [] }
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          // Sockets too: `'self'` of older browsers means pages alone.
          connectSrc: ["'self'", () => publicUrl().replace(/^http/, 'ws'), ...sources.connect],
          imgSrc: ["'self'", 'blob:', ...(map ? [new URL(map.tiles).origin] : [])],
          mediaSrc: ["'self'", ...sources.media],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      // Plain http on loopback is how the demo is opened.
      strictTransportSecurity: false,
    })
    const pages = demo === null ? ['console', 'app'] : ['phone', 'console', 'app']
    await app.register(pageRoutes, { directory: pagesDirectory, pages })
    if (demo === null) return
    const { carrier, example } = demo
    await app.register(recordingMedia, { carrier })
    await app.register(softphone, {
      carrier,
      publicOrigin: publicUrl,
      authenticate: (token) => identityInClaim(token, { authToken: carrier.authToken }),
    })
    await app.register(control, { carrier, publicOrigin: publicUrl })
    await app.register(phone, {
      carrier,
      lines: () =>
        [...adapters.flows.current().lines.values()].map(
          ({ number, name, description, languages }) => ({
            number,
            name,
            description: description ?? '',
            languages,
          }),
        ),
      example,
      publicOrigin: publicUrl,
    })
  }
