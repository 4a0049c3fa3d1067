/**
 * Path of the document that speaks to people who are called back: `called-back.vxml` beside the first
 * document of the line they had called. A folder without it greets them as it greets callers.
 */
export const calledBackDocumentOf = (flow: string): string =>
  `${flow.slice(0, flow.lastIndexOf('/') + 1)}called-back.vxml`
