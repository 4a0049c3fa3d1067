/**
 * A group of digits of a telephone or application number in words: zeros at its beginning one by one, then
 * the number; a group of more than three digits in twos.
 *
 * @param cardinal words for a whole number from 0
 */
export const digitGroup = (digits: string, cardinal: (n: number) => string): string => {
  if (digits.length > 3)
    return (digits.match(/^\d(?=(?:\d\d)+$)|\d\d/g) ?? [])
      .map((two) => digitGroup(two, cardinal))
      .join(', ')
  const zeros = /^0*/.exec(digits)?.[0].length ?? 0
  const rest = digits.slice(zeros)
  return [
    ...Array<string>(zeros).fill(cardinal(0)),
    ...(rest === '' ? [] : [cardinal(Number(rest))]),
  ].join(' ')
}
