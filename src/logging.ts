import { type Logger, type LoggerOptions, pino } from 'pino'

/**
 * How the process logs: JSON lines, static messages, facts in fields. Personal data goes under `pii`
 * only and is blanked there, as are the parts of a database fault that quote rows; secrets wrapped by
 * the configuration blank themselves.
 */
export const loggerOptions = (level: string): LoggerOptions => ({
  level,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: ['pii.*', '*.pii.*', 'err.detail', 'err.where', 'err.internalQuery'],
    censor: '[personal]',
  },
})

/** The process's log on standard output. */
export const createLogger = (level: string): Logger => pino(loggerOptions(level))

export type { Logger } from 'pino'
