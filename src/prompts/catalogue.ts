/** One prompt of `prompts/LANG.yaml`. */
export type Prompt = {
  readonly text: string
  /** Recorded file, relative to the flow folder; played in place of the text where it exists. */
  readonly audio?: string
}

/** The prompts of one language by key. */
export type Catalogue = ReadonlyMap<string, Prompt>
