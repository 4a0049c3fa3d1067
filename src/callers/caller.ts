/** Somebody with the app page, known by a number they have proved to be theirs. */
export type Caller = {
  readonly phone: string
  readonly name: string | null
  readonly language: CallerLanguage
  /** The operator of an integrated call sees the name. */
  readonly isProfileShown: boolean
  /** Trusted persons may see chats at all. */
  readonly isChatShared: boolean
}

/** Languages that messages are written in. */
export const callerLanguages = ['ru-RU', 'en-US', 'tt-RU'] as const

export type CallerLanguage = (typeof callerLanguages)[number]

/** The language of ours that a BCP 47 tag is nearest to; null for none. */
export const callerLanguage = (tag: string): CallerLanguage | null => {
  const [primary] = tag.toLowerCase().split('-')
  return callerLanguages.find((language) => language.startsWith(`${primary}-`)) ?? null
}

/** What a caller may change; absent members stay. */
export type CallerChanges = Partial<Omit<Caller, 'phone'>>

/** Who is signed in to the app page. */
export type AppUser =
  | { readonly kind: 'caller'; readonly phone: string }
  /** A trusted person, let in by the link in a message, to one channel alone. */
  | {
      readonly kind: 'guest'
      readonly personId: string
      readonly name: string
      readonly channelId: string
      /** Whose call it is, and the name they go by. */
      readonly phone: string
      readonly callerName: string | null
    }

export type AppSession = { readonly sessionId: string; readonly user: AppUser }
