/** `application.topic` and `dialog.topic` are followed as `topic`. */
export const plainName = (written: string): string =>
  written.replace(/^(application|document|dialog)\./, '')
