import fc from 'fast-check'

/**
 * Loaded before every test file: properties see the same values in every run, so that a gate that was
 * green stays so. `FC_SEED=random` looks for new ones, `FC_SEED=123` repeats those of a failed run.
 */
const seed = process.env['FC_SEED'] ?? '20261121'
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
