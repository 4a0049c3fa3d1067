import { type Reading, textParam } from './platform-function.ts'

/** Changes the language in force to one that the line offers. */
export const language: Reading = {
  writes: false,
  answer: (params, context) => {
    const wanted = textParam(params, 'language')
    const offered = context.line?.languages ?? [...context.flowSet.setting.catalogues.keys()]
    if (!offered.includes(wanted)) {
      return { answer: { kind: 'object-result', result: { language: context.language } } }
    }
    return {
      answer: { kind: 'object-result', result: { language: wanted }, language: wanted },
      changes: { language: wanted },
    }
  },
}
