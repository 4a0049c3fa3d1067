import type { XmlElement } from '../element.ts'
import { type ParseFault, parseExpression, parseScript } from '../expressions/program.ts'
import type { Compiled } from '../grammars/grammar.ts'
import {
  type AbstractValue,
  abstractValueOf,
  onceFor,
  type ReadVariable,
} from './abstract-values.ts'
import { type Condition, variablesIn } from './condition.ts'
import { type Names, namesIn, type Syntax } from './names-in.ts'
import { type PossibleText, possibleTexts } from './possible-texts.ts'

/** What an expression tells before it is evaluated. */
export type ReadExpression = Names & {
  readonly texts: readonly PossibleText[]
  readonly syntax: Syntax
  /** What it gives, as far as that is known. */
  readonly valueBy: (read: ReadVariable) => AbstractValue
  /** Every variable that occurs in it, without its scope. */
  readonly variables: ReadonlySet<string>
}

/** Parses each expression and script once, however many checks ask for it; null = it does not parse. */
export type Reading = {
  readonly expression: (source: string) => ReadExpression | null
  readonly expressionFault: (source: string) => ParseFault | null
  readonly script: (source: string) => Names | null
  readonly scriptFault: (source: string) => ParseFault | null
  /** Memo of `conditionOf`. */
  readonly conditions: Map<string, Condition | null>
  /** Grammars compiled so far, by address or element. */
  readonly grammars: Map<string | XmlElement, Compiled>
}

type Read<T> = { readonly value: T } | { readonly fault: ParseFault }

export const newReading = (): Reading => {
  const expression = remembered((source: string): Read<ReadExpression> => {
    const parsed = parseExpression(source, '')
    if ('fault' in parsed) return parsed
    const { body } = parsed.program
    const syntax = (body.kind === 'expression' ? body.expression : {}) as unknown as Syntax
    const variables = variablesIn(syntax)
    return {
      value: {
        ...namesIn(syntax),
        texts: possibleTexts(syntax),
        syntax,
        variables,
        valueBy: onceFor([...variables], (read) => abstractValueOf(syntax, read)),
      },
    }
  })
  const script = remembered((source: string): Read<Names> => {
    const parsed = parseScript(source, '')
    if ('fault' in parsed) return parsed
    const { body } = parsed.program
    const statements = body.kind === 'script' ? body.statements : []
    return { value: namesIn({ type: 'Program', body: statements }) }
  })
  return {
    expression: (source) => foundIn(expression(source)),
    expressionFault: (source) => faultIn(expression(source)),
    script: (source) => foundIn(script(source)),
    scriptFault: (source) => faultIn(script(source)),
    conditions: new Map(),
    grammars: new Map(),
  }
}

const foundIn = <T>(read: Read<T>): T | null => ('value' in read ? read.value : null)
const faultIn = <T>(read: Read<T>): ParseFault | null => ('fault' in read ? read.fault : null)

const remembered = <T>(read: (source: string) => T): ((source: string) => T) => {
  const known = new Map<string, T>()
  return (source) => {
    const before = known.get(source)
    if (before !== undefined) return before
    const found = read(source)
    known.set(source, found)
    return found
  }
}
