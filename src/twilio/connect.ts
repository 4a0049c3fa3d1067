import twilio, { type Twilio } from 'twilio'

/** Settings of a Twilio number that send its calls to this server. */
export type NumberSettings = {
  readonly voiceUrl: string
  readonly voiceMethod: 'POST'
  readonly voiceFallbackUrl: string
  readonly voiceFallbackMethod: 'POST'
  readonly statusCallback: string
  readonly statusCallbackMethod: 'POST'
}

/** One setting that will change. */
export type Change = { readonly name: string; readonly from: string; readonly to: string }

/**
 * Retry a voice URL twice within Twilio's 15 s, on any fault: connecting within 1 s, an answer within
 * 5 s. Each turn is idempotent, so a retry costs nothing.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const retries = '#ct=1000&rt=5000&rc=2&rp=all'

export const settingsFor = (publicUrl: string): NumberSettings => ({
  voiceUrl: `${publicUrl}/voice/incoming${retries}`,
  voiceMethod: 'POST',
  voiceFallbackUrl: `${publicUrl}/voice/fallback${retries}`,
  voiceFallbackMethod: 'POST',
  statusCallback: `${publicUrl}/voice/status${retries}`,
  statusCallbackMethod: 'POST',
})

/**
 * Twilio's REST client for an account. `apiUrl` null = Twilio's own address. Nothing is retried: the
 * library knows too little of what a request did.
 */
export const restClient = (account: {
  readonly accountSid: string
  readonly authToken: string
  readonly apiUrl: string | null
}): Twilio => {
  const client = twilio(account.accountSid, account.authToken, { timeout: 30_000 })
  if (account.apiUrl !== null) client.api.baseUrl = account.apiUrl
  return client
}

export type OwnedNumber = { readonly sid: string; readonly changes: readonly Change[] }

/** Looks a number up and says what would change; null when the account has no such number. */
export const findNumber = async (
  client: Twilio,
  number: string,
  wanted: NumberSettings,
): Promise<OwnedNumber | null> => {
  const [found] = await client.incomingPhoneNumbers.list({ phoneNumber: number, limit: 1 })
  if (found === undefined || found.phoneNumber !== number) return null
  const changes = Object.entries(wanted)
    .map(([name, to]) => ({ name, from: found[name as keyof NumberSettings] ?? '', to }))
    .filter(({ from, to }) => from !== to)
  return { sid: found.sid, changes }
}

/** Writes the settings to the number. */
export const updateNumber = async (
  client: Twilio,
  sid: string,
  settings: NumberSettings,
): Promise<void> => {
  await client.incomingPhoneNumbers(sid).update(settings)
}
