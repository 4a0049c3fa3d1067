import { take } from './catching.ts'
import { type Effort, TooBranched } from './effort.ts'
import { type DialogGraph, onward, type Surroundings, type Work } from './exploring.ts'
import type { Precision } from './followed.ts'
import { frameOf } from './frame.ts'
import { arrive } from './outcomes.ts'
import type { Dialog } from './outline.ts'
import { select } from './selecting.ts'
import { sketchOf } from './sketch.ts'
import { initialState } from './state.ts'

/** Follows a dialog as precisely as its size allows, and what is left of the effort for its document. */
export const graphOfDialog = (
  dialog: Dialog,
  surroundings: Surroundings,
  effort: Effort,
): DialogGraph => {
  for (const precision of effort.left > 0 ? (['values', 'filled'] as const) : []) {
    const own: Effort = { left: effort.left / 4 }
    const before = own.left
    try {
      return explore(dialog, surroundings, precision, own)
    } catch (thrown) {
      if (!(thrown instanceof TooBranched)) throw thrown
    } finally {
      effort.left -= before - own.left
    }
  }
  return sketchOf(dialog, surroundings)
}

const explore = (
  dialog: Dialog,
  surroundings: Surroundings,
  precision: Precision,
  effort: Effort,
): DialogGraph => {
  const { outline, subject, around, entryOf } = surroundings
  const frame = frameOf(dialog, outline, subject, precision, around, effort)
  const entry = entryOf(dialog)
  entry.ways.length = 0
  const work: Work = {
    frame,
    surroundings,
    stations: [entry],
    known: new Map(),
    open: [],
    visited: new Set([dialog.element]),
    phases: { arrive, take },
    meanings: new Map(),
    speech: new Map(),
    actions: new Map(),
  }
  select(work, entry, onward, initialState(frame), false)
  for (let next = work.open.pop(); next !== undefined; next = work.open.pop()) next()
  return { dialog, entry, stations: work.stations, visited: work.visited, precision }
}
