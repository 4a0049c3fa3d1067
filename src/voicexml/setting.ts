import type { Catalogue } from '../prompts/catalogue.ts'
import type { Flow } from './flow.ts'

/** What a turn is given to run with; a session needs the flow it began with, the rest may change. */
export type Setting = {
  readonly flow: Flow
  /** By language, BCP 47. */
  readonly catalogues: ReadonlyMap<string, Catalogue>
  /**
   * Whether a recording can be relied on: `src` is a path in the flow folder or an absolute address.
   * What is not there is spoken instead.
   */
  readonly hasAudio: (src: string) => boolean
}
