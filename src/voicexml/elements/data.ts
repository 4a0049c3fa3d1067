import { resolveAddress } from '../addresses.ts'
import { type Compiler, textIn } from '../compiler.ts'
import { mayRead } from '../data-access.ts'
import type { XmlElement } from '../element.ts'
import { domDocument, domView } from '../expressions/builtin/dom.ts'
import type { Value } from '../expressions/value.ts'
import { pinName, shownAddress } from '../fetch-request.ts'
import { cachingIn, fetchNothing, fetchSource, type Held, requestFor } from '../fetching.ts'
import type { OutsideSource, Run, Step } from '../flow.ts'
import { eventOfNothing } from '../missing-files.ts'
import { contextOf, raise } from '../run.ts'
import { innermost, requireName } from '../scopes.ts'
import { compileSending } from './sending.ts'

/**
 * `<data>` (VoiceXML 2.1 section 5): fetches XML and declares a variable that holds it, to be read only. A
 * variable of that name in the same scope gets the new value. Without a name values are sent, and what comes
 * back is not looked at.
 */
export const compileData = (element: XmlElement, compiler: Compiler): Step => {
  const src = textIn(element, 'src', 'srcexpr', compiler)
  const { name } = element.attributes
  const checkName = name === undefined ? () => undefined : requireName(name)
  const caching = cachingIn(element, 'data')
  const sending = compileSending(element, 'nothing')
  if (src === null) return () => raise('error.badfetch', 'data needs an address')
  return (run) => {
    checkName()
    const sent = sending(run)
    const { document, at } = contextOf(run)
    const base = at === 'document' ? compiler.base : document.base
    const address = resolveAddress(src(run), base)
    if (address.kind === 'web') {
      const request = requestFor(run, 'data', address.url, caching, sent)
      if (name === undefined) fetchNothing(run, request)
      else {
        innermost(run)[name] = readable(run, fetchSource(run, request), address.url)
      }
      return undefined
    }
    const source = address.kind === 'file' ? run.flow.dataAt(address.path) : undefined
    if (source === undefined) {
      return raise(eventOfNothing(run.flow, address), `no data at ${src(run)}`)
    }
    if (source.kind === 'unusable') return raise(source.event, `${src(run)}: ${source.message}`)
    if (name !== undefined && address.kind === 'file') {
      innermost(run)[name] = declared(run, address.path, source)
    }
    return undefined
  }
}

const readable = (run: Run, { pin, source }: Held, url: string): Value => {
  if (source.kind !== 'data') return raise('error.badfetch', `no data at ${shownAddress(url)}`)
  const { base } = contextOf(run).document
  if (!mayRead(source.access, URL.parse(base)?.hostname ?? '')) {
    return raise('error.noauthorization', `${shownAddress(url)} may not be read from here`)
  }
  return declared(run, pinName(pin), source)
}

const declared = (run: Run, name: string, source: OutsideSource): Value => {
  if (source.kind !== 'data') return undefined
  run.views ??= new Map()
  const view = run.views.get(name) ?? domView(name, source.tree)
  run.views.set(name, view)
  return domDocument(view)
}
