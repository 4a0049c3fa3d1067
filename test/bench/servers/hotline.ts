import { readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/logging.ts'
import { startServer } from '../../../src/server.ts'
import { announce } from './answer.ts'

/** The product as it is started, only told where it listens by message. */
const read = readConfig(process.env)
if ('faults' in read) throw new Error(read.faults.join('\n'))
const started = await startServer(read.config, createLogger('error'))
if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
await announce(started.server.url)
