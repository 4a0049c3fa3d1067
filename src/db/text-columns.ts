/** Between values, and in the place of null: neither occurs in a text that we store. */
const separator = '\u001f'
const absent = '\u001e'

/**
 * A column of texts as one parameter. An array parameter would be quoted here and unquoted there, value
 * by value; long answers and sessions are cheaper joined. `commit_turns` (sql/0022) takes it apart.
 *
 * Throws for a value that holds one of the two control characters: input is cleaned of them at the
 * edge, and JSON escapes them.
 */
export const joinTexts = (values: readonly (string | null)[]): string => {
  const joined = ['', ...values.map((value) => value ?? absent)].join(separator)
  let parts = 0
  for (let at = joined.indexOf(separator); at >= 0; at = joined.indexOf(separator, at + 1)) parts++
  const nulls = values.filter((value) => value === null).length
  if (parts !== values.length || joined.split(absent).length - 1 !== nulls)
    throw new Error('A text to be stored holds a separator')
  return joined
}
