/**
 * What the softphone of an operator's page and the simulated carrier say to each other over the WebSocket
 * `/simulated/softphone`, where a real carrier has its own browser library. One JSON object a message. Several
 * sockets may be registered for one identity: all ring, the first to accept has the call.
 */
export type SoftphoneCommand =
  /**
   * Must come first. `token` says who it is. `resume` takes up a call whose socket broke, or whose page was loaded
   * again, within the last five seconds; a socket that is closed with code 1000 hangs up at once.
   */
  | { readonly type: 'register'; readonly token: string; readonly resume?: string }
  | { readonly type: 'accept'; readonly callSid: string }
  | { readonly type: 'reject'; readonly callSid: string }
  | { readonly type: 'mute'; readonly callSid: string; readonly on: boolean }
  /** One or more of `0-9*#`. */
  | { readonly type: 'keys'; readonly callSid: string; readonly keys: string }
  | { readonly type: 'hang-up'; readonly callSid: string }

export type SoftphoneReport =
  | { readonly type: 'registered'; readonly identity: string }
  | {
      readonly type: 'ringing'
      readonly callSid: string
      readonly from: string
      readonly to: string
      /** What the server gave the one who is called, by name. */
      readonly parameters: Readonly<Record<string, string>>
    }
  /** It rings no more here: somebody else took it, or nobody will. */
  | {
      readonly type: 'stopped'
      readonly callSid: string
      readonly reason: 'accepted-elsewhere' | 'canceled' | 'rejected'
    }
  /** This softphone has the call now. */
  | { readonly type: 'accepted'; readonly callSid: string; readonly from: string }
  | { readonly type: 'muted'; readonly callSid: string; readonly on: boolean }
  /** What is said to this leg before it hears the other side. */
  | {
      readonly type: 'utterance'
      readonly callSid: string
      readonly text: string
      readonly language: string
      readonly milliseconds: number
    }
  | { readonly type: 'ended'; readonly callSid: string }
  | { readonly type: 'refused'; readonly message: string }
