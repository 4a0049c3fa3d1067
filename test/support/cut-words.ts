import type { Page } from 'playwright-core'

/**
 * What somebody cannot read whole on a page as it stands: words cut by an edge, by an ellipsis or by a box that
 * would have to be moved sideways, and words of buttons and titles that break in the middle. Tables may be moved.
 */
export const cutWords = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    const range = document.createRange()
    const isCutBy = (box: Element | null, right: number): boolean => {
      if (box === null) return right > window.innerWidth + 1
      const { overflowX, textOverflow } = getComputedStyle(box)
      return (
        (overflowX !== 'visible' && right > box.getBoundingClientRect().right + 1) ||
        (textOverflow === 'ellipsis' && box.scrollWidth > box.clientWidth) ||
        isCutBy(box.parentElement, right)
      )
    }
    const isMeant = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      element.closest('table, svg, .unseen') === null &&
      !hasClip(element)
    const hasClip = (element: Element | null): boolean =>
      element !== null &&
      (getComputedStyle(element).clipPath !== 'none' || hasClip(element.parentElement))

    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const element = text.parentElement
      if (element === null || !isMeant(element)) continue
      for (const { 0: word, index } of (text.textContent ?? '').matchAll(/[^\s-]+/g)) {
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        const pieces = [...range.getClientRects()]
        const rows = new Set(pieces.map(({ top }) => Math.round(top)))
        const isLabel = element.closest('button, h1, h2, h3') !== null
        if (pieces.some(({ right }) => isCutBy(element, right))) found.push(`cut: ${word}`)
        else if (isLabel && rows.size > 1) found.push(`broken: ${word}`)
      }
    }
    return found
  })
