import { paramsIn } from './flow-graph.ts'
import { constantsIn } from './line-facts.ts'
import { type Outline, outlineOf } from './outline.ts'
import { newReading } from './reading.ts'
import type { CheckedFlow, Subject } from './subject.ts'

/** Works out what the single checks share. */
export const subjectOf = (flow: CheckedFlow): Subject => {
  const outlines = new Map<string, Outline>()
  for (const [path, root] of flow.documents)
    if (root.name === 'vxml') outlines.set(path, outlineOf(path, root))
  const roots = [...flow.documents.values()]
  const params = paramsIn(roots)
  const scripts = [...flow.scripts.values()].flatMap((text) => text.match(/[\w$]+/g) ?? [])
  return {
    ...flow,
    outlines,
    leaves: Map.groupBy(outlines.values(), ({ application }) => application ?? ''),
    reading: newReading(),
    params,
    constants: constantsIn(roots, params, scripts),
  }
}
