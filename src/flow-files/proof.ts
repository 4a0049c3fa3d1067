import { Worker } from 'node:worker_threads'
import type { Finding } from '../voicexml/element.ts'
import type { FlowFiles } from './flow-files.ts'

/** Beyond this a folder is not worth the wait; the shipped flows take a fraction of a second. */
const longestMs = 20_000

/** Enough for thousands of documents; what wants more shall not take the server down with it. */
const memoryMb = 1_024

/**
 * Proves a flow folder in a thread of its own, so that calls go on meanwhile. Rejects when that takes
 * too long or too much memory.
 */
export const proveApart = (files: FlowFiles): Promise<readonly Finding[]> => {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Finding[]>()
  const worker = new Worker(new URL('./proof-worker.ts', import.meta.url), {
    workerData: files,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  const timer = setTimeout(() => {
    reject(new Error('The proof of the flows takes too long'))
    void worker.terminate()
  }, longestMs)
  worker.once('message', resolve)
  worker.once('error', (cause) => reject(new Error('The flows cannot be proved', { cause })))
  worker.once('exit', () => {
    clearTimeout(timer)
    reject(new Error('The proof of the flows ended without a word'))
  })
  return promise
}
