import { isMovable } from '../../callbacks/callback.ts'
import { parseNumber } from '../../numbers/e164.ts'
import { localIso } from '../../schedules/local-time.ts'
import {
  type Params,
  type PlatformContext,
  result,
  textParam,
  type Writing,
} from './platform-function.ts'

/**
 * The callback that a number waits for: `{ open, ticket, from, to, movable }`; `from` and `to` are null
 * where it is to be as soon as possible. Without `phone` the calling number is meant. A request of another number
 * is nobody's business: it counts as none.
 */
export const callbackOpen: Writing = {
  writes: true,
  answer: async (params, context, effects) => {
    const phone = ownPhone(params, context)
    const open = phone === null ? null : await effects.openCallback(phone)
    if (open === null)
      return result({ open: false, ticket: null, from: null, to: null, movable: false })
    const zone = context.flowSet.timezone
    return result({
      open: true,
      ticket: open.ticket,
      from: open.window === null ? null : localIso(open.window.from, zone),
      to: open.window === null ? null : localIso(open.window.to, zone),
      movable: isMovable(open.state),
    })
  },
}

/** Gives up the callback of the calling number: `{ status, ticket }`, `cancelled`, `too-late` or `none`. */
export const callbackCancel: Writing = {
  writes: true,
  answer: async (params, context, effects) => {
    const phone = ownPhone(params, context)
    const cancelled = phone === null ? null : await effects.cancelCallback(phone)
    return result({ status: 'none', ticket: null, ...cancelled })
  },
}

/**
 * What a person says who was called back: `wish` is `operator` or `never`; `{ status }` is `connected`,
 * `cancelled`, or `none` where this call is no callback or it came to its end meanwhile.
 */
export const callbackAnswer: Writing = {
  writes: true,
  answer: async (params, context, effects) => {
    const never = textParam(params, 'wish') === 'never'
    const isDone = await effects.answerCallback(context.callSid, never ? 'never' : 'operator')
    if (!isDone) return result({ status: 'none' })
    return result({ status: never ? 'cancelled' : 'connected' })
  },
}

const ownPhone = (params: Params, { from }: PlatformContext): string | null => {
  const asked = parseNumber(textParam(params, 'phone') || from)
  return asked !== null && asked === parseNumber(from) ? asked : null
}
