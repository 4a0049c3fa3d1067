import { instance } from '@viz-js/viz'
import { drawingOf } from '../voicexml/check/drawing.ts'
import { flowGraphOf } from '../voicexml/check/flow-graph.ts'
import { subjectOf } from '../voicexml/check/read-subject.ts'
import { checkedFlowOf } from './build-flow-set.ts'
import { readFlowFolder } from './read-flow-folder.ts'

/** A line's flow as SVG. */
export type FlowPicture = { readonly number: string; readonly svg: string }

/**
 * Draws the flows of a folder, whatever is wrong with it.
 *
 * @param number the line to draw; null = every line
 */
export const drawFlows = async (
  directory: string,
  number: string | null,
): Promise<readonly FlowPicture[]> => {
  const subject = subjectOf(checkedFlowOf(await readFlowFolder(directory)))
  const graph = flowGraphOf(subject)
  const viz = await instance()
  return subject.lines
    .filter((line) => number === null || line.number === number)
    .map((line) => ({
      number: line.number,
      svg: viz.renderString(drawingOf(line, line.languages[0] ?? '', subject, graph), {
        format: 'svg',
      }),
    }))
}
