/** Milliseconds since 1970, finer than `Date`, the same in all threads and near to the database's clock. */
export const now = (): number => performance.timeOrigin + performance.now()
