import type { CallEnd, DocumentRequest, Stage, Step } from './stage.ts'
import { element, parseTwiml, readAnswer, type Twiml, type TwimlElement } from './twiml.ts'
import { validate } from './validate.ts'
import { verbs } from './verbs/table.ts'
import type { Delivery } from './webhook.ts'

/** What the interpreter needs beyond what each verb gets. */
export type Run = Omit<Stage, 'documentUrl'> & {
  readonly first: DocumentRequest
  readonly fallback: { readonly url: string; readonly method: 'GET' | 'POST' } | null
  readonly fetchDocument: (request: DocumentRequest) => Promise<Delivery>
  /** Documents after which a call that never waits for its caller is given up. */
  readonly documentLimit: number
}

const apology = element(
  'Response',
  {},
  element('Say', {}, 'We are sorry, an application error has occurred. Goodbye.'),
)

const completed: CallEnd = { reason: 'completed', status: 'completed' }

type Fault = { readonly code: number; readonly message: string; readonly url: string }

type Fetched =
  | { readonly kind: 'document'; readonly root: TwimlElement; readonly url: string }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'interrupted' }

const read = (twiml: Twiml, url: string): Fetched =>
  twiml.kind === 'document'
    ? { kind: 'document', root: twiml.root, url }
    : { kind: 'fault', fault: { code: twiml.code, message: twiml.message, url } }

/**
 * Runs one leg from its first document to its end: fetch, parse, run the verbs, follow where they lead.
 * What cannot be fetched, read or run goes to the fallback URL with `ErrorCode` and `ErrorUrl`, and
 * without one, or when that fails too, to the carrier's own apology.
 */
export const runDocuments = async (run: Run): Promise<CallEnd> => {
  const { leg } = run

  const fetch = async (request: DocumentRequest): Promise<Fetched> => {
    const delivery = await Promise.race([run.fetchDocument(request), leg.interrupted()])
    if (!delivery || leg.interruption()) return { kind: 'interrupted' }
    if (delivery.kind === 'failed') return { kind: 'fault', fault: delivery }
    return read(readAnswer(delivery), delivery.url)
  }

  const runVerbs = async (root: TwimlElement, documentUrl: string): Promise<Step> => {
    const stage: Stage = { ...run, documentUrl }
    const { root: document, warnings } = validate(root)
    for (const warning of warnings) leg.note(warning.code, warning.message)
    for (const verb of document.children) {
      if (typeof verb === 'string') continue
      const act = Object.hasOwn(verbs, verb.name) ? verbs[verb.name] : undefined
      const step: Step = act ? await act(verb, stage) : { kind: 'next' }
      if (leg.interruption() || step.kind !== 'next') return step
    }
    return { kind: 'end', end: completed }
  }

  const apologise = async (): Promise<CallEnd> => {
    await runVerbs(apology, run.first.url)
    return { reason: 'failed', status: 'completed' }
  }

  let fetched: Fetched | null = null
  let request: DocumentRequest = run.first
  let fallingBack = false
  for (let documents = 0; ; documents += 1) {
    if (documents === run.documentLimit) {
      leg.note(11200, `The call has run ${documents} documents and is given up`)
      return apologise()
    }
    fetched ??= await fetch(request)
    let fault: Fault | null = fetched.kind === 'fault' ? fetched.fault : null
    let step: Step | null = null
    if (fetched.kind === 'document') {
      fallingBack = false
      step = await runVerbs(fetched.root, fetched.url)
      if (step.kind === 'fault') fault = step
    }
    fetched = null

    const interruption = leg.interruption()
    if (interruption) {
      if (interruption.kind === 'hung-up') {
        const status = leg.answered() ? 'completed' : 'no-answer'
        return { reason: 'hung-up-by-caller', status }
      }
      if (interruption.kind === 'completed' || interruption.kind === 'time-limit') return completed
      leg.resume()
      if (interruption.kind === 'redirected') {
        const { url, method } = interruption
        request = { url, method, parameters: [] }
      } else {
        fetched = read(parseTwiml(interruption.twiml), run.first.url)
      }
      continue
    }
    if (fault) {
      leg.note(fault.code, fault.message)
      if (!run.fallback || fallingBack) return apologise()
      fallingBack = true
      request = {
        ...run.fallback,
        parameters: [
          ['ErrorCode', String(fault.code)],
          ['ErrorUrl', fault.url],
        ],
      }
      continue
    }
    if (step?.kind === 'end') return step.end
    if (step?.kind === 'document') request = step.request
  }
}
