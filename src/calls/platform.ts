import { businessFunction } from './platform/business.ts'
import { callbackRequest, callbackWindowsFunction, phoneNumber } from './platform/callback.ts'
import { enqueue } from './platform/enqueue.ts'
import { hours } from './platform/hours.ts'
import { language } from './platform/language.ts'
import { notice } from './platform/notice.ts'
import { callbackAnswer, callbackCancel, callbackOpen } from './platform/open-callback.ts'
import type { PlatformAnswer, PlatformFunction } from './platform/platform-function.ts'
import { applicationStatus } from './platform/status.ts'
import { survey } from './platform/survey.ts'

/** The functions that a document reaches by `<object classid="builtin:hotline/NAME">`. */
export const platformFunctions: ReadonlyMap<string, PlatformFunction> = new Map<
  string,
  PlatformFunction
>([
  ['application-status', applicationStatus],
  ['business', businessFunction],
  ['callback-answer', callbackAnswer],
  ['callback-cancel', callbackCancel],
  ['callback-open', callbackOpen],
  ['callback-request', callbackRequest],
  ['callback-windows', callbackWindowsFunction],
  ['enqueue', enqueue],
  ['hours', hours],
  ['language', language],
  ['notice', notice],
  ['phone-number', phoneNumber],
  ['survey', survey],
])

export const unsupported: PlatformAnswer = {
  answer: {
    kind: 'object-error',
    event: 'error.unsupported.objectname',
    message: 'no such platform function',
  },
}
