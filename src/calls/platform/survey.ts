import { result, textParam, type Writing } from './platform-function.ts'

/** Keeps what the caller thinks of the talk: `score` from 1 to 5; anything else counts as no answer. */
export const survey: Writing = {
  writes: true,
  answer: async (params, context, effects) => {
    const keyed = textParam(params, 'score')
    const score = /^[1-5]$/.test(keyed) ? Number(keyed) : null
    await effects.keepScore(context.callSid, score, context.now)
    return result({ status: score === null ? 'unanswered' : 'kept', score })
  },
}
