import { resolveAddress } from './addresses.ts'
import type { Document, Origin, Run, Target } from './flow.ts'
import { contextOf, raise } from './run.ts'

/**
 * Where an address leads. What does not exist is `error.badfetch`, thrown where the transition stands,
 * because nothing of the present dialog has been left yet (VoiceXML 2.0 sections 5.3.7 and 5.2.6).
 *
 * @param origin where the address is written
 */
export const targetOf = (run: Run, address: string, origin: Origin, submitted = false): Target => {
  const resolved = resolveAddress(address, origin.base)
  if (resolved.kind === 'outside') {
    return raise('error.badfetch', `${address} is not in the flow folder`)
  }
  const path = resolved.kind === 'here' ? origin.path : resolved.path
  const document = run.flow.documents.get(path)
  if (document === undefined) return raise('error.badfetch', `no document at ${path}`)
  const here = resolved.kind === 'here' && !submitted && document === contextOf(run).document
  rootOf(run, document)
  const { fragment } = resolved
  const dialog =
    fragment === null ? document.dialogs[0] : document.dialogs.find(({ id }) => id === fragment)
  if (dialog === undefined) return raise('error.badfetch', `no dialog at ${address}`)
  return { document, dialog, loads: !here, submitted }
}

/** The application root document of a document, itself when it names none. */
export const rootOf = (run: Run, document: Document): Document => {
  if (document.application === null || document.application === document.path) return document
  const root = run.flow.documents.get(document.application)
  if (root === undefined) {
    return raise('error.badfetch', `no application root document at ${document.application}`)
  }
  if (root.application !== null) {
    return raise('error.semantic', `the root document ${root.path} names a root itself`)
  }
  return root
}
