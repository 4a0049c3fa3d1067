/** What a softphone is doing. */
export type SoftphoneState =
  | 'off'
  | 'registering'
  | 'ready'
  | 'ringing'
  | 'talking'
  /** Cannot be rung: not registered any more, tries again by itself. */
  | 'lost'
  /** The browser gives it no microphone. */
  | 'no-microphone'

/** The operator's leg in the browser, whoever carries the voice. */
export type Softphone = {
  /** Makes it ring for calls from now on; comes back by itself after a break. */
  readonly register: () => void
  /** Calls back when a leg begins to ring; answers a function that stops it. */
  readonly onRinging: (rung: () => void) => () => void
  /** Calls back after every change of `state`; answers a function that stops it. */
  readonly watch: (changed: () => void) => () => void
  readonly state: () => SoftphoneState
  /** Answers the leg that rings; nothing when none does. */
  readonly accept: () => void
  readonly reject: () => void
  readonly mute: (isMuted: boolean) => void
  readonly hangUp: () => void
  readonly close: () => void
}

/** The state of a softphone and those who watch it; the ringing is told apart. */
export function softphoneState() {
  let state: SoftphoneState = 'off'
  const watchers = new Set<() => void>()
  const ringers = new Set<() => void>()
  const listen = (listeners: Set<() => void>) => (listener: () => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
  return {
    state: () => state,
    watch: listen(watchers),
    onRinging: listen(ringers),
    set(next: SoftphoneState): void {
      if (next === state) return
      state = next
      for (const changed of watchers) changed()
      if (next === 'ringing') for (const rung of ringers) rung()
    },
  }
}
