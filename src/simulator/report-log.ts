/** What has happened, kept for those who come later, and told to those who listen. */
export type ReportLog<Report> = {
  readonly add: (report: Report) => void
  readonly close: () => void
  readonly history: readonly Report[]
  /** From the first report on, past ones at once; ends when the log is closed. */
  readonly reports: () => AsyncGenerator<Report, void>
}

export const createReportLog = <Report>(): ReportLog<Report> => {
  const history: Report[] = []
  let closed = false
  let news = Promise.withResolvers<void>()
  const tell = (): void => {
    news.resolve()
    news = Promise.withResolvers()
  }
  return {
    history,
    add: (report) => {
      history.push(report)
      tell()
    },
    close: () => {
      closed = true
      tell()
    },
    reports: async function* () {
      for (let index = 0; ; index += 1) {
        while (index >= history.length) {
          if (closed) return
          await news.promise
        }
        const report = history[index]
        if (report !== undefined) yield report
      }
    },
  }
}
