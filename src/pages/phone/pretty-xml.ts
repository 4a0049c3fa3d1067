const isTag = (part: string | undefined) => part?.startsWith('<') ?? false
const isClosing = (part: string | undefined) => part?.startsWith('</') ?? false
const isWhole = (tag: string) => /^<[?!]|\/>$/.test(tag)

/**
 * XML with one element a line, indented by depth; an element that holds only text keeps to one line.
 * What is not XML comes back unchanged.
 */
export function prettyXml(source: string): string {
  const text = source.trim()
  if (!isTag(text)) return source
  const parts = (text.match(/<[^>]+>|[^<]+/g) ?? []).map((part) => part.trim()).filter(Boolean)
  const lines: string[] = []
  let depth = 0
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? ''
    if (isClosing(part)) depth -= 1
    const opens = isTag(part) && !isClosing(part) && !isWhole(part)
    const length = !opens ? 1 : isClosing(parts[at + 1]) ? 2 : isClosing(parts[at + 2]) ? 3 : 1
    const whole = length < 3 || !isTag(parts[at + 1]) ? length : 1
    lines.push('  '.repeat(Math.max(depth, 0)) + parts.slice(at, at + whole).join(''))
    if (opens && whole === 1) depth += 1
    at += whole - 1
  }
  return lines.join('\n')
}
