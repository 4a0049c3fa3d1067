import { type Reading, result, textParam } from './platform-function.ts'

/**
 * Asks for a person. There is nobody to wait for: no operator can sign in to this server, so every
 * queue is closed and the flow offers a callback.
 */
export const enqueue: Reading = {
  writes: false,
  answer: (params, context) => {
    const queue = textParam(params, 'queue') || context.line?.queue
    return result({ status: 'closed', waitedSeconds: 0 }, queue === undefined ? {} : { queue })
  },
}
