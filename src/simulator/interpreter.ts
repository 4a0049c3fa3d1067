import type { DocumentRequest } from './document-request.ts'
import type { Aside, AsideEnd, CallEnd, Stage, Step } from './stage.ts'
import { element, parseTwiml, readAnswer, type Twiml, type TwimlElement } from './twiml.ts'
import { validate } from './validate.ts'
import { verbs } from './verbs/table.ts'
import type { Delivery } from './webhook.ts'

/** What a leg begins with: a document to fetch, one that is there, or something to do. */
export type Beginning =
  | { readonly kind: 'document'; readonly request: DocumentRequest }
  | { readonly kind: 'twiml'; readonly text: string }
  | { readonly kind: 'act'; readonly act: (stage: Stage) => Promise<Step> }

/** What the interpreter needs beyond what each verb gets. */
export type Run = Omit<Stage, 'documentUrl' | 'aside' | 'inQueue'> & {
  readonly first: Beginning
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
    if (leg.interruption()) return { kind: 'interrupted' }
    const delivery = await Promise.race([run.fetchDocument(request), leg.interrupted()])
    if (!delivery || leg.interruption()) return { kind: 'interrupted' }
    if (delivery.kind === 'failed') return { kind: 'fault', fault: delivery }
    return read(readAnswer(delivery), delivery.url)
  }

  const runVerbs = async (root: TwimlElement, stage: Stage, aside?: Aside): Promise<Step> => {
    const { root: document, warnings } = validate(root)
    for (const warning of warnings) leg.note(warning.code, warning.message)
    for (const verb of document.children) {
      if (typeof verb === 'string') continue
      if (aside && !aside.verbs.includes(verb.name)) {
        leg.note(aside.code, `<${verb.name}> may not stand in this document`)
        continue
      }
      const act = Object.hasOwn(verbs, verb.name) ? verbs[verb.name] : undefined
      const step: Step = act ? await act(verb, stage) : { kind: 'next' }
      if (leg.interruption() || step.kind !== 'next') return step
    }
    return { kind: 'next' }
  }

  const stageAt = (documentUrl: string): Stage => ({
    ...run,
    documentUrl,
    inQueue: false,
    aside: runAside,
  })

  const runAside = async (aside: Aside): Promise<AsideEnd> => {
    let { request } = aside
    for (let documents = 0; documents < run.documentLimit; documents += 1) {
      const parameters = [...(aside.parameters?.() ?? []), ...request.parameters]
      const fetched = await fetch({ ...request, parameters })
      if (fetched.kind === 'interrupted') return 'interrupted'
      if (fetched.kind === 'fault') {
        leg.note(fetched.fault.code, fetched.fault.message)
        return 'failed'
      }
      const stage = { ...stageAt(fetched.url), inQueue: aside.inQueue === true }
      const step = await runVerbs(fetched.root, stage, aside)
      if (leg.interruption()) return 'interrupted'
      if (step.kind === 'next') return 'exhausted'
      if (step.kind === 'leave') return 'left'
      if (step.kind === 'end') return 'hung-up'
      if (step.kind === 'fault') {
        leg.note(step.code, step.message)
        return 'failed'
      }
      request = step.request
    }
    leg.note(11200, `${run.documentLimit} documents were run without an end`)
    return 'failed'
  }

  const apologise = async (): Promise<CallEnd> => {
    await runVerbs(apology, stageAt(ownUrl))
    return { reason: 'failed', status: 'completed' }
  }

  const { first } = run
  /** What relative addresses in a document without one of its own start at. */
  const ownUrl = first.kind === 'document' ? first.request.url : ''
  let begin = first.kind === 'act' ? first.act : null
  let fetched: Fetched | null = first.kind === 'twiml' ? read(parseTwiml(first.text), ownUrl) : null
  let request: DocumentRequest =
    first.kind === 'document' ? first.request : { url: '', method: 'POST', parameters: [] }
  let fallingBack = false
  for (let documents = 0; ; documents += 1) {
    if (documents === run.documentLimit) {
      leg.note(11200, `The call has run ${documents} documents and is given up`)
      return apologise()
    }
    let fault: Fault | null = null
    let step: Step | null = null
    if (begin) {
      step = await begin(stageAt(ownUrl))
      begin = null
    } else {
      fetched ??= await fetch(request)
      if (fetched.kind === 'fault') fault = fetched.fault
      if (fetched.kind === 'document') {
        fallingBack = false
        step = await runVerbs(fetched.root, stageAt(fetched.url))
      }
    }
    if (step?.kind === 'fault') fault = step
    fetched = null
    // A nudge that came as its verb ended is nobody's any more.
    leg.calm()

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
      } else if (interruption.kind === 'replaced') {
        fetched = read(parseTwiml(interruption.twiml), ownUrl)
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
    if (step?.kind === 'next') return completed
    if (step?.kind === 'end') return step.end
    if (step?.kind === 'document') request = step.request
  }
}
