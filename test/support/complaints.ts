import type { Page } from 'playwright-core'

/**
 * Adds what a page complains of from now on: faults, boxes in the way, all on its console but plain notes.
 *
 * @param ownRemarks what a browser says by itself of what a test does to it
 */
export function gatherComplaints(page: Page, complaints: string[], ownRemarks = /^$/): void {
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() !== 'log' && !ownRemarks.test(text)) complaints.push(text)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
}
