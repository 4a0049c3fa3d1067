/** How much may still be done to follow dialogs: about as many ways and copied entries of lists. */
export type Effort = { left: number }

/** Thrown out of a dialog that is too branched to be followed. */
export class TooBranched extends Error {}

export const spend = (effort: Effort, much: number): void => {
  effort.left -= much
  if (effort.left < 0) throw new TooBranched()
}
