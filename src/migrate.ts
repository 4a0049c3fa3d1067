import { resolve } from 'node:path'
import { migrate } from './db/migrations.ts'

/** `npm run migrate`: applies `sql/` to `DATABASE_URL`. */
const url = process.env['DATABASE_URL']
if (url === undefined || url === '') {
  process.stderr.write('DATABASE_URL is not set: there is nothing to migrate\n')
  process.exit(2)
}
try {
  const applied = await migrate(url, resolve(import.meta.dirname, '../sql'))
  for (const name of applied) process.stdout.write(`applied ${name}\n`)
  if (applied.length === 0) process.stdout.write('up to date\n')
} catch (error) {
  const { message, cause } = error as Error
  process.stderr.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`)
  process.exit(1)
}
