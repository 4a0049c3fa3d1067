import type { Verb } from '../stage.ts'
import { next } from '../stage.ts'
import { dial } from './dial.ts'
import { enqueue } from './enqueue.ts'
import { gather } from './gather.ts'
import { hangup } from './hangup.ts'
import { leave } from './leave.ts'
import { pause } from './pause.ts'
import { play } from './play.ts'
import { record } from './record.ts'
import { redirect } from './redirect.ts'
import { reject } from './reject.ts'
import { say } from './say.ts'
import { start } from './start.ts'
import { stop } from './stop.ts'

/** A verb of Twilio's that this carrier does not run: noted, then the next one. */
const notRun: Verb = async (verb, { leg }) => {
  leg.note(12200, `The simulated carrier does not run <${verb.name}>; on with the next verb`)
  return next
}

/** What each verb does. */
export const verbs: Readonly<Record<string, Verb>> = {
  Dial: dial,
  Enqueue: enqueue,
  Gather: gather,
  Hangup: hangup,
  Leave: leave,
  Pause: pause,
  Play: play,
  Record: record,
  Redirect: redirect,
  Reject: reject,
  Say: say,
  Start: start,
  Stop: stop,

  Connect: notRun,
  Echo: notRun,
  Pay: notRun,
  Prompt: notRun,
  Queue: notRun,
  Refer: notRun,
  Sms: notRun,
}
