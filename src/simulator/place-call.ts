import { beginCall } from './begin-call.ts'
import type { Call, CallSetting, NumberSettings } from './call.ts'
import type { ProgressNews } from './ring.ts'
import type { Parameters } from './signature.ts'

/** Starts a call to a number of the account. */
export const placeCall = (
  setting: CallSetting,
  caller: { readonly from: string; readonly to: string; readonly parameters: Parameters },
  number: NumberSettings,
  ordinal: number,
): Call => {
  const { voiceFallbackUrl = '', statusCallback = '' } = number
  const news: ProgressNews | null =
    statusCallback === ''
      ? null
      : {
          url: statusCallback,
          method: number.statusCallbackMethod ?? 'POST',
          events: ['completed'],
        }
  return beginCall(setting, {
    identity: {
      ...caller,
      callSid: setting.newSid('CA'),
      direction: 'inbound',
      parentCallSid: null,
      ordinal,
    },
    status: 'ringing',
    news,
    live: ({ run }) =>
      run(
        {
          kind: 'document',
          request: { url: number.voiceUrl, method: number.voiceMethod ?? 'POST', parameters: [] },
        },
        voiceFallbackUrl === ''
          ? null
          : { url: voiceFallbackUrl, method: number.voiceFallbackMethod ?? 'POST' },
      ),
  })
}
