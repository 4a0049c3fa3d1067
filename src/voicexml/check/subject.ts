import type { Catalogue } from '../../prompts/catalogue.ts'
import type { Place, XmlElement } from '../element.ts'
import type { Json } from '../turn.ts'
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
  /** What recordings say, by path, as far as somebody has written it down. */
  readonly recordedTexts?: ReadonlyMap<string, string>
  readonly lines: readonly CheckedLine[]
  readonly queues: ReadonlySet<string>
  readonly schedules: ReadonlySet<string>
}

export type CheckedLine = {
  readonly number: string
  readonly flow: string
  readonly languages: readonly string[]
  /** What documents find in `session.hotline.line`, as far as it is known beforehand. */
  readonly facts?: { readonly [name: string]: Json }
}

/** What the single checks share, worked out once. */
export type Subject = CheckedFlow & {
  readonly outlines: ReadonlyMap<string, Outline>
  /** The documents whose root a document is, by its path; a root may name itself. */
  readonly leaves: ReadonlyMap<string, readonly Outline[]>
  readonly reading: Reading
  /** Every name under which a `<subdialog>` passes a value. */
  readonly params: ReadonlySet<string>
  /** Variables of documents that nobody assigns anything to, with the expressions they begin with. */
  readonly constants: ReadonlyMap<string, string>
}
