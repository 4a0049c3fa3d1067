import type { Clock } from '../calls/ports.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { CarrierAccount } from '../demo.ts'
import { simulatedSoftphone, twilioSoftphone } from './consoles.ts'

/** Where recordings of calls are fetched from. */
export const recordingAccount = (
  config: Config,
  account: CarrierAccount,
  publicUrl: () => string,
) =>
  config.twilio === null
    ? { ...account, apiUrl: publicUrl }
    : {
        accountSid: config.twilio.accountSid,
        authToken: config.twilio.authToken.reveal(),
        apiUrl: () => config.twilio?.apiUrl ?? 'https://api.twilio.com',
      }

/**
 * What codes in messages follow from: the token of the account, which all nodes have. The accounts that
 * simulated carriers play differ from node to node; in the demo nothing is a secret from this machine.
 */
export const messageKey = (config: Config, { url }: Database): string =>
  config.twilio === null ? `demo ${url}` : config.twilio.authToken.reveal()

/** Tokens that sign webhooks. */
export const authTokens = (config: Config, account: CarrierAccount): readonly string[] =>
  config.twilio === null
    ? [account.authToken]
    : [config.twilio.authToken, config.twilio.authTokenNext].flatMap((token) =>
        token === null ? [] : [token.reveal()],
      )

/** With a real carrier there are softphones only where its keys are set. */
export const softphone = (config: Config, account: CarrierAccount, clock: Clock) => {
  if (config.twilio === null) return simulatedSoftphone(account.authToken, clock.now)
  const { accountSid, softphone: keys } = config.twilio
  return keys === null
    ? () => null
    : twilioSoftphone(
        {
          accountSid,
          apiKey: keys.apiKey,
          apiSecret: keys.apiSecret.reveal(),
          twimlAppSid: keys.twimlAppSid,
        },
        clock.now,
      )
}
