import { budgetFault } from './fault.ts'
import type { Budget, Machine } from './value.ts'

/** A full budget: by default about 10 ms of work, texts to 64 Ki, arrays to 10 000. */
export const createBudget = (limits: Partial<Budget> = {}): Budget => ({
  steps: 100_000,
  depth: 1_200,
  maxText: 65_536,
  maxItems: 10_000,
  now: null,
  ...limits,
})

/** Takes steps, a whole number, from the budget. */
export const charge = ({ budget }: Machine, steps: number): void => {
  budget.steps -= steps
  if (budget.steps < 0) throw budgetFault('the script runs too long')
}

/** Every text that is longer than its parts passes here. */
export const limitText = (machine: Machine, text: string): string => {
  if (text.length > 256) {
    checkText(machine, text.length)
    charge(machine, text.length >> 6)
  }
  return text
}

/** A text under construction: its length is looked at, its work is left to `limitText` at the end. */
export const checkText = ({ budget }: Machine, length: number): void => {
  if (length > budget.maxText) throw budgetFault('a text grows too long')
}

/** An array under construction, likewise. */
export const checkItems = ({ budget }: Machine, length: number): void => {
  if (length > budget.maxItems) throw budgetFault('an array grows too long')
}

/** Before two texts are compared: they may be alike for long. */
export const weighTexts = (machine: Machine, left: unknown, right: unknown): void => {
  if (typeof left !== 'string' || typeof right !== 'string') return
  const length = Math.min(left.length, right.length)
  if (length > 256) charge(machine, length >> 8)
}

/** Before a text is looked for in another, by the worst that can come of it: every place compared in full. */
export const weighSearch = (machine: Machine, text: string, pattern: string): void => {
  if (pattern.length > 1) charge(machine, Math.floor((text.length * pattern.length) / 256))
}

/** Every array that may grow passes here, with its coming length, before it grows. */
export const limitItems = (machine: Machine, length: number): void => {
  checkItems(machine, length)
  charge(machine, length >> 3)
}
