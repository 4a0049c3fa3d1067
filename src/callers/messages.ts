import type { CallerLanguage } from './caller.ts'
import {
  callBegunText,
  invitationText,
  type Named,
  signInText,
  spokenSignInText,
} from './message-words.ts'
import type { Secrets } from './secrets.ts'

/** What a message is about, as the outbox keeps it: without codes and tokens. */
export type MessageContent =
  | { readonly kind: 'sign-in'; readonly codeId: string }
  | {
      readonly kind: 'invitation'
      readonly caller: Named
      readonly codeId: string
      readonly personId: string
    }
  | {
      readonly kind: 'call-begun'
      readonly caller: Named
      readonly personId: string
      readonly channelId: string
    }

/** A message that is about to go out; committed as `sending`. */
export type ClaimedMessage = {
  readonly id: string
  readonly by: 'sms' | 'call'
  readonly to: string
  readonly from: string
  readonly language: CallerLanguage
  readonly content: MessageContent
}

/** A token stands behind `#`, which browsers send to nobody. */
export const guestLink = (publicUrl: string, token: string): string =>
  `${publicUrl}/app#guest=${token}`

export const refusalLink = (publicUrl: string, token: string): string =>
  `${publicUrl}/app#refuse=${token}`

/** The words of a message, with the codes and tokens in them. */
export const textOf = (
  { by, language, content }: Pick<ClaimedMessage, 'by' | 'language' | 'content'>,
  secrets: Secrets,
  publicUrl: string,
): string => {
  if (content.kind === 'sign-in') {
    const code = secrets.code(content.codeId)
    return by === 'call' ? spokenSignInText(language, code) : signInText(language, code)
  }
  const { caller, personId } = content
  return content.kind === 'invitation'
    ? invitationText(
        language,
        caller,
        secrets.code(content.codeId),
        refusalLink(publicUrl, secrets.refusalToken(personId)),
      )
    : callBegunText(
        language,
        caller,
        guestLink(publicUrl, secrets.guestToken(personId, content.channelId)),
      )
}
