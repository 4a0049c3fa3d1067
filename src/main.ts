import closeWithGrace from 'close-with-grace'
import { readConfig } from './config.ts'
import { createLogger } from './logging.ts'
import { startServer } from './server.ts'
import { welcome } from './welcome.ts'

const read = readConfig(process.env)
if ('faults' in read) {
  process.stderr.write(
    `Settings are wrong:\n${read.faults.map((fault) => `  ${fault}\n`).join('')}`,
  )
  process.exit(2)
}
const { config } = read
const logger = createLogger(config.logLevel)

const started = await startServer(config, logger).catch((err: Error) => {
  logger.fatal({ event: 'start-failed', err }, 'start failed')
  process.stderr.write(`The server could not start: ${err.message}\n`)
  process.exit(1)
})
if (started.kind === 'refused') {
  process.stderr.write(`${started.reasons.join('\n')}\n`)
  process.exit(2)
}
const { server } = started
logger.info({ event: 'listening', url: server.url, publicUrl: server.publicUrl }, 'listening')
if (server.demo !== null) process.stderr.write(welcome(server.url, server.demo))

// Beyond the 15 s that a carrier waits for an answer nothing is worth waiting for.
closeWithGrace({ delay: 20_000, logger: false }, async ({ err, signal }) => {
  if (err === undefined) logger.info({ event: 'stopping', signal }, 'stopping')
  else logger.fatal({ event: 'crashed', err }, 'crashed')
  await server.close()
})
