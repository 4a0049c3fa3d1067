/**
 * Path of the document that speaks to callers who wait for an operator: `waiting.vxml` beside the first
 * document of their line. A folder may have none; then there is only music.
 */
export const waitingDocumentOf = (flow: string): string =>
  `${flow.slice(0, flow.lastIndexOf('/') + 1)}waiting.vxml`
