import { type Case, type Cases, when } from '../../support/case.ts'
import { document } from '../../support/verdict.ts'

/** A field `f` with one key, whose tag is to make a condition hold. */
const tagged = (tag: string, condition: string, attributes = ''): Case => ({
  files: document(`<form><field name="f"><grammar mode="dtmf" version="1.0" root="r" ${attributes}>
    <rule id="r" scope="public"><one-of><item>1 <tag>${tag}</tag></item><item>2</item></one-of></rule></grammar>
    <filled>${when(condition, 'f')}</filled></field></form>`),
  keys: ['1'],
})

const script = 'tag-format="semantics/1.0"'

/** What tags mean to the field: in the words of the standard, and of the drafts before it. */
export const grammars: Cases = {
  'a script sets the result': tagged("out = 'x'", "f == 'x'", script),
  'a script sets properties of the result': tagged("out.a = 'x'", "f.a == 'x'", script),
  'a literal is the result': tagged('x', "f == 'x'", 'tag-format="semantics/1.0-literals"'),
  'without a format a script sets the result': tagged("out = 'x';", "f == 'x'"),
  'without a format an expression is the result': tagged("'x'", "f == 'x'"),
  'without a format an expression may be anything': tagged("{ a: 'x' }", "f.a == 'x'"),
  'without a format variables are properties of the result': tagged(
    "var a = 'x'; var b = new Object(); b.c = 'y';",
    "f.a == 'x' && f.b.c == 'y'",
  ),
  'without a format a variable named as the field fills it': tagged("var f = 'x';", "f == 'x'"),
  'without a format the dollar sign is the result': tagged("$ = 'x'", "f == 'x'"),
  'without a format the result may be made of both': tagged(
    "$.a = 'x'; out.b = 'y'",
    "f.a == 'x' && f.b == 'y'",
  ),
}
