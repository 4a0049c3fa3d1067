import { parentPort, workerData } from 'node:worker_threads'
import { buildFlowSet } from './build-flow-set.ts'
import { contentHash } from './content-hash.ts'
import type { FlowFiles } from './flow-files.ts'

// The thread that `proof.ts` starts.
parentPort?.postMessage(buildFlowSet(workerData as FlowFiles, contentHash).findings)
