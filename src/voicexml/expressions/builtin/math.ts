import { toNumber } from '../convert.ts'
import { createFunction, createNative, type ScriptObject } from '../value.ts'

const functions: { readonly [name: string]: (...numbers: number[]) => number } = {
  abs: Math.abs,
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  atan2: Math.atan2,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  max: Math.max,
  min: Math.min,
  pow: Math.pow,
  round: Math.round,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
}

/** `Math` (ECMA-262 5.1, 15.8) without `random`: the same turn must give the same answer again. */
export const math: ScriptObject = createNative(
  { id: 'Math' },
  {
    E: Math.E,
    LN10: Math.LN10,
    LN2: Math.LN2,
    LOG2E: Math.LOG2E,
    LOG10E: Math.LOG10E,
    PI: Math.PI,
    SQRT1_2: Math.SQRT1_2,
    SQRT2: Math.SQRT2,
    ...Object.fromEntries(
      Object.entries(functions).map(([name, run]) => [
        name,
        createFunction(`Math.${name}`, (machine, _, args) => {
          const taken = name === 'max' || name === 'min' ? args.length : run.length
          return run(...Array.from({ length: taken }, (_, at) => toNumber(machine, args[at])))
        }),
      ]),
    ),
  },
)
