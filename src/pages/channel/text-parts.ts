/** A piece of what somebody wrote. */
export type TextPart =
  | { readonly kind: 'text' | 'link'; readonly text: string }
  /** A character that turns the direction of writing and may hide what is written. */
  | { readonly kind: 'control'; readonly text: string; readonly code: string }

/** Addresses, and characters that override or embed a direction. */
const special = /(https:\/\/[^\s<>"'\u202a-\u202e\u2066-\u2069]+)|([\u202a-\u202e\u2066-\u2069])/gu

/** What belongs to the sentence and not to the address at its end. */
const afterLink = /[.,;:!?)\]}»”’]+$/u

/** A text in parts: only whole `https` addresses without a name or password in them become links. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  const plain = (until: number) => {
    if (until > end) parts.push({ kind: 'text', text: text.slice(end, until) })
    end = until
  }
  for (const match of text.matchAll(special)) {
    const [whole, address, control] = match
    if (control !== undefined) {
      plain(match.index)
      const code = `U+${control.codePointAt(0)?.toString(16).toUpperCase()}`
      parts.push({ kind: 'control', text: control, code })
      end = match.index + whole.length
    } else if (address !== undefined) {
      const link = address.replace(afterLink, '')
      if (!isPlainAddress(link)) continue
      plain(match.index)
      parts.push({ kind: 'link', text: link })
      end = match.index + link.length
    }
  }
  plain(text.length)
  return parts
}

const isPlainAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hostname } = new URL(text)
  return protocol === 'https:' && username === '' && password === '' && hostname.includes('.')
}
