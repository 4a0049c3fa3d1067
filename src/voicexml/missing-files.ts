import type { Address } from './addresses.ts'
import type { Flow } from './flow.ts'

/**
 * The event of an address that leads to nothing of use. Documents tell what is not there from what is there but
 * faulty, whoever serves them: a file that the flow folder does not have is what a web server would say of it
 * (VoiceXML 2.0 section 5.2.6).
 */
export const eventOfNothing = (flow: Flow, address: Address): string =>
  address.kind === 'file' && !flow.has(address.path) ? 'error.badfetch.http.404' : 'error.badfetch'
