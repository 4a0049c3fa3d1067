import type { Catalogue } from '../../prompts/catalogue.ts'
import type { Place, XmlElement } from '../element.ts'
import type { Outline } from './outline.ts'
import type { Reading } from './reading.ts'

/** What is checked: a flow folder, read and parsed, and the lines that use it. */
export type CheckedFlow = {
  /** Documents that are well-formed XML, by path. */
  readonly documents: ReadonlyMap<string, XmlElement>
  /** Every file that a document may name, those with faults of their own included. */
  readonly files: ReadonlySet<string>
  /** Grammar files that are well-formed XML, by path. */
  readonly grammars: ReadonlyMap<string, XmlElement>
  /** Texts of the script files. */
  readonly scripts: ReadonlyMap<string, string>
  /** By language. */
  readonly catalogues: ReadonlyMap<string, Catalogue>
  /** Where each key stands in `prompts/LANG.yaml`, by language and key, as far as that is known. */
  readonly promptPlaces?: ReadonlyMap<string, ReadonlyMap<string, Place>>
  /** Whether a recorded file is there and can be played; `path` relative to the flow folder. */
  readonly hasAudio: (path: string) => boolean
  readonly lines: readonly CheckedLine[]
  readonly queues: ReadonlySet<string>
  readonly schedules: ReadonlySet<string>
}

export type CheckedLine = {
  readonly number: string
  readonly flow: string
  readonly languages: readonly string[]
}

/** What the single checks share, worked out once. */
export type Subject = CheckedFlow & {
  readonly outlines: ReadonlyMap<string, Outline>
  readonly reading: Reading
}
