import { queueParam, type Reading, result } from './platform-function.ts'

/**
 * Asks for a person. There is nobody to wait for: no operator can sign in to this server, so every
 * queue is closed and the flow offers a callback.
 */
export const enqueue: Reading = {
  writes: false,
  answer: (params, context) => {
    const queue = queueParam(params, context)
    return result({ status: 'closed', waitedSeconds: 0 }, { queue })
  },
}
