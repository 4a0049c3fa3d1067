import { type Compiler, conditionIn } from '../compiler.ts'
import type { XmlElement, XmlNode } from '../element.ts'
import type { Condition, Content, Step } from '../flow.ts'
import { perform } from '../run.ts'
import { compileForeach } from './foreach.ts'

export type CompileContent = (nodes: readonly XmlNode[], compiler: Compiler) => Content

/** `<if>` with `<elseif>` and `<else>` (VoiceXML 2.0 section 5.3.4): the first branch that holds. */
export const compileIf = (
  element: XmlElement,
  compiler: Compiler,
  compileContent: CompileContent,
): Step => {
  const branches: { cond: Condition; nodes: XmlNode[] }[] = [
    { cond: conditionIn(element, compiler), nodes: [] },
  ]
  for (const node of element.children) {
    if (node.kind === 'element' && (node.name === 'elseif' || node.name === 'else')) {
      branches.push({ cond: conditionIn(node, compiler), nodes: [] })
    } else branches.at(-1)?.nodes.push(node)
  }
  const compiled = branches.map(({ cond, nodes }) => ({
    cond,
    content: compileContent(nodes, compiler),
  }))
  return (run) => {
    const branch = compiled.find(({ cond }) => cond(run))
    return branch === undefined ? undefined : perform(branch.content, run)
  }
}

/** `<foreach>` in executable content (VoiceXML 2.1 section 6). */
export const compileLoop = (
  element: XmlElement,
  compiler: Compiler,
  compileContent: CompileContent,
): Step => {
  const each = compileForeach(element, compiler)
  const content = compileContent(element.children, compiler)
  return (run) => each(run, () => perform(content, run))
}
