import { useSyncExternalStore } from 'react'

/** What changes in time and can be looked at and watched. */
export type Watched<State> = {
  readonly current: () => State
  /** Calls back after every change; answers a function that stops it. */
  readonly watch: (changed: () => void) => () => void
}

export type Store<State> = Watched<State> & { readonly set: (next: State) => void }

export function createStore<State>(initial: State): Store<State> {
  let state = initial
  const watchers = new Set<() => void>()
  return {
    current: () => state,
    watch(changed) {
      watchers.add(changed)
      return () => {
        watchers.delete(changed)
      }
    },
    set(next) {
      if (next === state) return
      state = next
      for (const changed of [...watchers]) changed()
    },
  }
}

export const useWatched = <State>(store: Watched<State>): State =>
  useSyncExternalStore(store.watch, store.current)
