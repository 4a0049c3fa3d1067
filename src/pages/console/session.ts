/** What the server says of the own softphone. */
export type SoftphoneOffer =
  /** The operator's telephone is elsewhere: a number or a SIP device. */
  { readonly kind: 'none' } | { readonly kind: 'simulated' | 'twilio'; readonly token: string }

export type SignInOutcome =
  | 'signed-in'
  /** Login, password or code is not right; which of them is not told. */
  | 'refused'
  /** The password is right, the code of the second factor is asked for. */
  | 'code-needed'
  | 'too-many'
  | 'unreachable'

/** By this header the server knows its own page from a form elsewhere. */
const ownPage = { 'x-hotline': '1' } as const

/** Whether somebody is signed in here; null when the server cannot be asked now. */
export async function isSignedIn(): Promise<boolean | null> {
  try {
    const answer = await fetch('/operator/me')
    if (answer.ok) return true
    return answer.status === 401 ? false : null
  } catch {
    return null
  }
}

/** @param code six digits of the second factor, where it was asked for */
export async function signIn(
  login: string,
  password: string,
  code: string | null,
): Promise<SignInOutcome> {
  try {
    const answer = await fetch('/operator/sign-in', {
      method: 'POST',
      headers: { ...ownPage, 'content-type': 'application/json' },
      body: JSON.stringify({ login, password, ...(code === null ? {} : { code }) }),
    })
    if (answer.ok) return 'signed-in'
    if (answer.status === 429) return 'too-many'
    if (answer.status !== 401) return answer.status === 400 ? 'refused' : 'unreachable'
    const { error } = (await answer.json()) as { error?: { code?: string } }
    return error?.code === 'code-required' ? 'code-needed' : 'refused'
  } catch {
    return 'unreachable'
  }
}

export type PasswordOutcome =
  | 'changed'
  /** The old password is not right. */
  | 'wrong'
  /** Rules of the new one, as the server names them. */
  | 'too-short'
  | 'too-long'
  | 'too-plain'
  | 'has-login'
  | 'unchanged'
  | 'too-many'
  /** Nobody is signed in here any more. */
  | 'signed-out'
  | 'unreachable'

const rules: readonly PasswordOutcome[] = [
  ...(['too-short', 'too-long', 'too-plain', 'has-login', 'unchanged'] as const),
]

/** A new password for whoever is signed in here; sessions elsewhere end with the old one. */
export async function changePassword(
  oldPassword: string,
  newPassword: string,
): Promise<PasswordOutcome> {
  try {
    const answer = await fetch('/operator/password', {
      method: 'POST',
      headers: { ...ownPage, 'content-type': 'application/json' },
      body: JSON.stringify({ oldPassword, newPassword }),
    })
    if (answer.ok) return 'changed'
    if (answer.status === 401) return 'signed-out'
    if (answer.status === 429) return 'too-many'
    const { error } = (await answer.json()) as { error?: { code?: string } }
    if (error?.code === 'wrong-password') return 'wrong'
    return rules.find((rule) => rule === error?.code) ?? 'unreachable'
  } catch {
    return 'unreachable'
  }
}

/** Ends the session on the server; false when it could not be told. */
export async function signOut(): Promise<boolean> {
  try {
    return (await fetch('/operator/sign-out', { method: 'POST', headers: ownPage })).ok
  } catch {
    return false
  }
}

/** How calls reach this operator; null when the server cannot be asked now. */
export async function askSoftphone(): Promise<SoftphoneOffer | null> {
  try {
    const answer = await fetch('/operator/softphone', { method: 'POST', headers: ownPage })
    if (answer.status === 409) return { kind: 'none' }
    return answer.ok ? ((await answer.json()) as SoftphoneOffer) : null
  } catch {
    return null
  }
}
