import { startEmbeddedPostgres } from '../../src/db/embedded.ts'

/** Starts the server of a data folder, says so and holds it until killed: `node … DATA_DIR`. */
const [, , dataDir = ''] = process.argv
const { url } = await startEmbeddedPostgres({ dataDir })
process.send?.(url)
setInterval(() => {}, 60_000)
