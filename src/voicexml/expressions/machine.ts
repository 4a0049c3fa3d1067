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

export const charge = ({ budget }: Machine, steps: number): void => {
  budget.steps -= steps
  if (budget.steps < 0) throw budgetFault('the script runs too long')
}

/** Every text that is longer than its parts passes here. */
export const limitText = (machine: Machine, text: string): string => {
  if (text.length > 256) {
    if (text.length > machine.budget.maxText) throw budgetFault('a text grows too long')
    charge(machine, text.length >> 6)
  }
  return text
}

/** Every array that may grow passes here, with its coming length, before it grows. */
export const limitItems = (machine: Machine, length: number): void => {
  if (length > machine.budget.maxItems) throw budgetFault('an array grows too long')
  charge(machine, length >> 3)
}
