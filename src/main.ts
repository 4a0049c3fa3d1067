import { closeSync, openSync } from 'node:fs'
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

// A new version of the flows, as daemons reload; but a terminal that was closed says the same.
const ownTerminal = hasTerminal()
process.on('SIGHUP', () => {
  if (ownTerminal && !hasTerminal()) {
    // Nobody reads on, and what is written there fails.
    logger.level = 'silent'
    process.kill(process.pid, 'SIGTERM')
  } else
    server.activateFlows('sighup').catch((err: Error) => {
      logger.error({ event: 'flows-not-activated', err }, 'flows not activated')
    })
})

// Beyond the 15 s that a carrier waits for an answer nothing is worth waiting for.
closeWithGrace({ delay: 20_000, logger: false, skip: ['SIGHUP'] }, async ({ err, signal }) => {
  if (err === undefined) logger.info({ event: 'stopping', signal }, 'stopping')
  else logger.fatal({ event: 'crashed', err }, 'crashed')
  await server.close()
})

/** Whether the process belongs to a terminal that is still there. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
