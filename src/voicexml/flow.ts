import type { Catalogue } from '../prompts/catalogue.ts'
import type { Words } from '../prompts/recordings.ts'
import type { DataAccess } from './data-access.ts'
import type { Place as SourcePlace, XmlElement } from './element.ts'
import type { DomView } from './expressions/builtin/dom.ts'
import type { Program } from './expressions/program.ts'
import type { Budget, Scope, Value } from './expressions/value.ts'
import type { Given, Pin } from './fetch-request.ts'
import type { ActiveGrammars, Grammar } from './grammars/grammar.ts'
import type { QueuedPrompt, SpeechPart } from './prompt-queue.ts'
import type { FlowEvent, Input, InputWait, Json, Wait } from './turn.ts'
import type { DataTree } from './xml-data.ts'

/*
 * The two halves of the engine in types: the frozen tree that a flow folder compiles to, and the state
 * that one turn moves through it. Behaviour is compiled into the tree as functions of that state.
 */

/** A flow folder, compiled once; calls refer to it by its hash. */
export type Flow = {
  readonly hash: string
  /** Whether there is a file of that path, whatever is in it. */
  readonly has: (path: string) => boolean
  /** By path in the folder. One that cannot be compiled is absent: to go there is `error.badfetch`. */
  readonly documents: ReadonlyMap<string, Document>
  /** Those that can be read all the same: a call that begins in one gets to its handlers. */
  readonly broken: ReadonlyMap<string, Document>
  /** The grammar of a file, or of one public rule in it; undefined: no such file. */
  readonly grammarAt: (path: string, rule: string | null) => GrammarSource | undefined
  /** Script files by path. */
  readonly scripts: ReadonlyMap<string, Program>
  /** Everything parsed, by id: functions kept in a session find their text here again. */
  readonly programs: ReadonlyMap<string, Program>
  /** Memo by form item; what is listened for at an item is the same in every call. */
  readonly listening: WeakMap<FormItem, Listening>
  /** XML files that `<data>` reads, by path; undefined: no such file. */
  readonly dataAt: (path: string) => OutsideSource | undefined
  /** What has come from outside, compiled. */
  readonly outside: OutsideSources
}

/** A memo of what texts from outside compile to. */
export type OutsideSources = {
  readonly find: (pin: Pin) => OutsideSource | undefined
  readonly read: (pin: Pin, text: string) => OutsideSource
}

export type OutsideSource =
  | {
      readonly kind: 'document'
      readonly document: Document
      readonly programs: ReadonlyMap<string, Program>
    }
  | {
      readonly kind: 'script'
      readonly program: Program
      readonly programs: ReadonlyMap<string, Program>
    }
  | { readonly kind: 'grammar'; readonly xml: XmlElement }
  | { readonly kind: 'data'; readonly tree: DataTree; readonly access: DataAccess }
  /** Nothing that it could be used as. */
  | { readonly kind: 'unusable'; readonly event: string; readonly message: string }

/** How keys are listened for at an item: all grammars that are active there, as one automaton. */
export type Listening = {
  readonly automaton: ActiveGrammars
  /** A match gives an index of these. */
  readonly grammars: readonly ListenedGrammar[]
  /** Documents may want nothing but speech (VoiceXML 2.0 section 6.3.6). */
  readonly takesKeys: boolean
  readonly wait: Omit<InputWait, 'timeoutMs'>
}

export type ListenedGrammar = {
  readonly active: ActiveGrammar
  /** Dialog that a match belongs to; null: links, which belong to where the caller is. */
  readonly owner: { readonly document: Document; readonly dialog: Dialog } | null
}

/** A place that addresses are written in. */
export type Origin = {
  /** Path of the document, which addresses of nothing but a fragment mean. */
  readonly path: string
  /** What other relative addresses refer to: the path, unless `xml:base` says otherwise. */
  readonly base: string
}

export type Document = Origin & {
  readonly xml: XmlElement
  readonly language: string | null
  /** The text from outside that it was made of; absent: a file of the flow folder. */
  readonly pin?: Pin
  /** Path of the application root document, as resolved; null: the document is a root itself. */
  readonly application: string | null
  /** `<var>` and `<script>` in document order. */
  readonly initial: readonly Step[]
  readonly dialogs: readonly Dialog[]
  /** Whether it, a dialog or an item of it has a property whose value does not fit. */
  readonly misfits: boolean
} & Surroundings

export type Dialog = {
  /** Its `id`; a dialog without one is called by its place, `#1` being the first. */
  readonly id: string
  readonly index: number
  readonly kind: 'form' | 'menu'
  /** `<var>`, `<script>` and the declarations of form items in document order. */
  readonly initial: readonly Step[]
  readonly items: readonly FormItem[]
  /** Grammars of the form itself, choices of the menu. */
  readonly grammars: readonly ActiveGrammar[]
  /** `<filled>` of the form and of its items in document order. */
  readonly filled: readonly Filled[]
} & Surroundings

/** What is in force around a place: each scope adds to those outside it. */
export type Surroundings = {
  readonly handlers: readonly Handler[]
  readonly links: readonly ActiveGrammar[]
  readonly properties: ReadonlyMap<string, string>
  /** What is wrong with the value of one of them; null: nothing. */
  readonly misfit: string | null
}

export type FormItem = {
  readonly index: number
  /** Name of its variable in the dialog scope. */
  readonly name: string
  /** Whether the document gave the name: others cannot be referred to. */
  readonly named: boolean
  /** Input items are filled by someone; control items, such as blocks, only steer (section 2.3). */
  readonly kind: 'control' | 'input'
  readonly slot: string
  readonly modal: boolean
  readonly cond: Condition
  readonly prompts: readonly Prompt[]
  readonly grammars: readonly ActiveGrammar[]
  /** Choices or options to be enumerated. */
  readonly enumerable: readonly Enumerable[]
  /** What visiting it does once its prompts are queued. */
  readonly visit: Step
  /** What the answer to its own kind of wait does; absent: it has none of its own. */
  readonly take?: (run: Run, input: Input) => Departure | undefined
} & Surroundings

export type Handler = {
  /** Event names it takes, prefixes included; empty: every event. */
  readonly events: readonly string[]
  readonly count: number
  readonly cond: Condition
  readonly content: Content
}

export type Filled = {
  /** Index of the item it stands in; null: it belongs to the form. */
  readonly owner: number | null
  readonly mode: 'all' | 'any'
  /** Names of the items it watches; null: its own item, or all input items of the form. */
  readonly names: readonly string[] | null
  readonly content: Content
}

export type Prompt = {
  readonly count: number
  readonly cond: Condition
  readonly bargein: boolean | null
  readonly timeoutMs: number | null
  readonly language: string | null
  /** Whether it may say something in another language than that of the call. */
  readonly foreign: boolean
  readonly speak: Speech
}

/** Renders spoken content; `language` is the one in force around it. */
export type Speech = (run: Run, language: string) => readonly Sound[]

/** The smallest pieces of a prompt, before they are joined into segments. */
export type Sound =
  | {
      readonly kind: 'part'
      readonly language: string
      readonly part: SpeechPart
    }
  | { readonly kind: 'audio'; readonly src: string; readonly words?: Words }

export type Enumerable = { readonly speech: Speech; readonly keys: string }

/** A grammar in its place, with what a match leads to. */
export type ActiveGrammar = {
  readonly source: (run: Run) => GrammarSource
  readonly target: GrammarTarget
  /** Where it is written: of grammars of one scope the first to match takes the keys. */
  readonly place: SourcePlace
  /** Source that never changes, so that the automaton may be kept. */
  readonly constant: boolean
  /** Active in the whole document, and in its leaves; links are so by where they stand. */
  readonly everywhere?: boolean
}

export type GrammarSource =
  | { readonly kind: 'grammar'; readonly grammar: Grammar }
  | {
      readonly kind: 'fault'
      readonly event: string
      readonly message: string
      /** Where the fault stands, for an inline grammar or a file; null: it is no fault of the text. */
      readonly place: SourcePlace | null
    }

export type GrammarTarget =
  /** Fills the item being visited; the keys of an option mean its own value. */
  | { readonly kind: 'item'; readonly value: string | null }
  /** Fills the items whose slots the result names. */
  | { readonly kind: 'form' }
  /** Choice or link: goes somewhere or throws. */
  | { readonly kind: 'leave'; readonly step: Step }

/** One piece of executable content; what it returns ends the content it stands in. */
export type Step = (run: Run) => Departure | undefined
export type Content = readonly Step[]
export type Expression = (run: Run) => Value
export type Condition = (run: Run) => boolean

/** How control leaves executable content or a form item. */
export type Departure =
  | { readonly kind: 'event'; readonly name: string; readonly message: string | undefined }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'dialog'; readonly target: Target; readonly heard?: Heard }
  | { readonly kind: 'call'; readonly target: Target; readonly params: ReadonlyMap<string, Value> }
  | { readonly kind: 'return'; readonly value: Value }
  | {
      readonly kind: 'return-event'
      readonly name: string
      readonly message: string | undefined
    }
  | { readonly kind: 'wait'; readonly wait: Wait }

/** Where a transition leads. */
export type Target = {
  readonly document: Document
  readonly dialog: Dialog
  /** The address named a document, so the document scope begins anew. */
  readonly loads: boolean
  /** By `<submit>`: a leaf's own root begins anew too. */
  readonly submitted: boolean
  /** Root of the document, where it has been looked up. */
  readonly root?: Document
}

/** Input that matched, on its way to the dialog it belongs to. */
export type Heard = {
  readonly target: GrammarTarget
  readonly digits: string
  readonly interpretation: Value
}

/** State of the items and events of the dialog that is being interpreted. */
export type Counters = {
  /** Number of the next prompt round, from 1. */
  prompts: number
  /** Times each event, and each prefix of one, has been thrown; all events under the empty name; null: none. */
  events: Map<string, number> | null
}

/** Where events are thrown: selects handlers and counters. A number is the index of a form item. */
export type Place = 'document' | 'dialog' | number

/** One execution context; each subdialog stacks another (VoiceXML 2.0 section 2.3.4). */
export type Context = {
  document: Document
  /** The application root document; the document itself when it names none. */
  root: Document
  application: Scope
  /** The same object as `application` while the document is the root. */
  documentScope: Scope
  dialog: Dialog
  dialogScope: Scope
  items: Counters[]
  own: Counters
  at: Place
  /** Item that `<goto nextitem>` asked for. */
  next: number | null
  /** The last iteration ended with a handler that did not reprompt. */
  silent: boolean
}

/** Where prompts get their words and recordings. */
export type PromptSources = {
  /** By language, BCP 47. */
  readonly catalogues: ReadonlyMap<string, Catalogue>
  /**
   * Whether a recording can be relied on: `src` is a path in the flow folder or an absolute address.
   * What is not there is spoken instead. The answer for a recording must stay the same, since prompts that
   * never change are put together once for these sources.
   */
  readonly hasAudio: (src: string) => boolean
}

/** Variables of the session scope by name, as the call brings them. */
export type SessionVariables = { readonly [name: string]: Json }

/** All that a turn changes. Made from a session, written back into one, never seen outside. */
export type Run = {
  readonly flow: Flow
  readonly sources: PromptSources
  readonly sessionVariables: SessionVariables
  /** Holds these variables; frozen with all that is in it. */
  readonly session: Scope
  /** Innermost last. */
  readonly contexts: Context[]
  /** Anonymous scopes of the content being executed, innermost first. */
  local: Scope[]
  language: string
  readonly prompts: QueuedPrompt[]
  readonly events: FlowEvent[]
  /** How long the last prompt queued lets the caller be silent; null: the property decides where the call waits. */
  timeoutMs: number | null
  /** Set by `<reprompt>` inside a handler. */
  reprompt: boolean
  /** Values for the `<var>`s of a subdialog while its form is being initialised. */
  params: Map<string, Value> | null
  /** Not null once the line is down: nothing is said and nothing heard any more. */
  ending: 'hangup' | 'disconnect' | 'transfer' | null
  /** Shared by all scripts of the turn. */
  readonly budget: Budget
  /** What is left of the limits of one turn. */
  fuel: number
  transitions: number
  characters: number
  /** Times a limit was met. */
  exhausted: number
  /** What the turn has been given from outside; null: nothing can be fetched. */
  readonly given: Given | null
  /** How many of the answers given have been used. */
  fetches: number
  /** What the call stands on, by name of the pin. */
  pinned: Map<string, { readonly pin: Pin; readonly source: OutsideSource }> | null
  /** Grammars from outside that are being listened for, by address. */
  grammars: Map<string, XmlElement> | null
  /** Recordings of web servers by address, and whether they are there. */
  audible: Map<string, boolean> | null
  /** XML data as scripts see it, by name. */
  views: Map<string, DomView> | null
}
