import { tellFigures } from './figures.ts'

/** The product as it is started, which tells of itself. */
tellFigures()
await import('./hotline.ts')
