import { isWeb, resolveAddress } from './addresses.ts'
import type { FetchRequest } from './fetch-request.ts'
import { fetchDocument, requestFor, usualCaching } from './fetching.ts'
import type { Document, Origin, Run, Target } from './flow.ts'
import { eventOfNothing } from './missing-files.ts'
import { contextOf, raise } from './run.ts'

/** How the document at an address of a web server is asked for. */
export type Asking = (run: Run, url: string) => FetchRequest

const usualAsking: Asking = (run, url) => requestFor(run, 'document', url, usually)
const usually = usualCaching('document')

/**
 * Where an address leads. What does not exist is `error.badfetch`, thrown where the transition stands,
 * because nothing of the present dialog has been left yet (VoiceXML 2.0 sections 5.3.7 and 5.2.6).
 *
 * @param origin where the address is written
 */
export const targetOf = (
  run: Run,
  address: string,
  origin: Origin,
  submitted = false,
  asking: Asking = usualAsking,
): Target => {
  const resolved = resolveAddress(address, origin.base)
  if (resolved.kind === 'outside') {
    return raise('error.badfetch', `${address} is not in the flow folder`)
  }
  const path =
    resolved.kind === 'here' ? origin.path : resolved.kind === 'file' ? resolved.path : resolved.url
  const document =
    resolved.kind === 'web' || (submitted && isWeb(path))
      ? fetchDocument(run, asking(run, path))
      : loaded(run, path)
  if (document === undefined) {
    return raise(eventOfNothing(run.flow, resolved), `no document at ${path}`)
  }
  const here = resolved.kind === 'here' && !submitted && document === contextOf(run).document
  const root = rootOf(run, document)
  const { fragment } = resolved
  const dialog =
    fragment === null ? document.dialogs[0] : document.dialogs.find(({ id }) => id === fragment)
  if (dialog === undefined) return raise('error.badfetch', `no dialog at ${address}`)
  return { document, dialog, loads: !here, submitted, root }
}

/** A document that need not be fetched: a file, or one that the call stands in. */
const loaded = (run: Run, path: string): Document | undefined => {
  const { document, root } = contextOf(run)
  if (!isWeb(path)) return run.flow.documents.get(path)
  return [document, root].find((each) => each.path === path)
}

/**
 * The application root document of a document, itself when it names none. One of a web server that is the
 * root already stays as it is: going from leaf to leaf loads no root (section 1.5.2).
 */
export const rootOf = (run: Run, document: Document): Document => {
  const { application } = document
  if (application === null || application === document.path) return document
  const present = run.contexts.at(-1)?.root
  const root = !isWeb(application)
    ? run.flow.documents.get(application)
    : present?.path === application
      ? present
      : fetchDocument(run, usualAsking(run, application))
  if (root === undefined) {
    return raise(
      eventOfNothing(run.flow, resolveAddress(`/${application}`, '')),
      `no application root document at ${application}`,
    )
  }
  if (root.application !== null) {
    return raise('error.semantic', `the root document ${root.path} names a root itself`)
  }
  return root
}
