import type { Syntax } from './names-in.ts'

/** A text an expression may give: all of it when `exact`, otherwise how it begins and ends. */
export type PossibleText = {
  readonly exact: boolean
  readonly prefix: string
  readonly suffix: string
}

const exactly = (text: string): PossibleText => ({ exact: true, prefix: text, suffix: text })

const anything: readonly PossibleText[] = [{ exact: false, prefix: '', suffix: '' }]

/** More alternatives than this say as little as "anything". */
const maxAlternatives = 64

/**
 * The texts an expression can become, as far as its form tells: literals, sums of literals and unknowns,
 * the branches of `?:`, `||` and `&&`. Never too few: what is not understood may be anything.
 */
export const possibleTexts = (node: Syntax): readonly PossibleText[] => {
  const inside = (key: string) => possibleTexts(node[key] as Syntax)
  switch (node.type) {
    case 'ParenthesizedExpression':
      return inside('expression')
    case 'Literal':
      return typeof node['value'] === 'string' || typeof node['value'] === 'number'
        ? [exactly(String(node['value']))]
        : anything
    case 'ConditionalExpression':
      return limited([...inside('consequent'), ...inside('alternate')])
    case 'LogicalExpression':
      return limited([...inside('left'), ...inside('right')])
    case 'BinaryExpression':
      if (node['operator'] !== '+') return anything
      if (isNumber(node['left']) && isNumber(node['right'])) return anything
      return limited(
        inside('left').flatMap((left) => inside('right').map((right) => sum(left, right))),
      )
    default:
      return anything
  }
}

const limited = (texts: readonly PossibleText[]): readonly PossibleText[] =>
  texts.length > maxAlternatives ? anything : texts

const isNumber = (node: unknown): boolean => typeof (node as Syntax)['value'] === 'number'

const sum = (left: PossibleText, right: PossibleText): PossibleText =>
  left.exact && right.exact
    ? exactly(left.prefix + right.prefix)
    : {
        exact: false,
        prefix: left.exact ? left.prefix + right.prefix : left.prefix,
        suffix: right.exact ? left.suffix + right.suffix : right.suffix,
      }

/** Whether `text` is one of the possible ones. */
export const mayBe = (possible: PossibleText, text: string): boolean =>
  possible.exact
    ? text === possible.prefix
    : text.length >= possible.prefix.length + possible.suffix.length &&
      text.startsWith(possible.prefix) &&
      text.endsWith(possible.suffix)
