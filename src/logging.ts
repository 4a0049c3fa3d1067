import { type Logger, pino } from 'pino'

/**
 * The process's log: JSON lines on standard output, static messages, facts in fields. Personal data
 * goes under `pii` only and is blanked there; secrets wrapped by the configuration blank themselves.
 */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['pii.*', '*.pii.*'], censor: '[personal]' },
  })

export type { Logger } from 'pino'
