import type { PostNews } from './conference-news.ts'
import type { Sids } from './identifiers.ts'
import { createOrderly } from './orderly.ts'
import type { Parameters } from './signature.ts'
import { createPost, type Post } from './webhook.ts'

type Wires = Pick<
  Post,
  'authToken' | 'clock' | 'faults' | 'send' | 'route' | 'observe' | 'keep'
> & { readonly accountSid: string; readonly newSid: Sids }

/** Sends the callbacks of conferences, those of each in their order. */
export const createConferencePost = (wires: Wires): PostNews => {
  const { accountSid, newSid, clock, keep } = wires
  const posts = new Map<string, (parameters: Parameters) => void>()
  let opened = 0
  return (conference, news, parameters) => {
    const { sid } = conference
    let post = posts.get(sid)
    if (!post) {
      const { url, method } = news
      const orderly = createOrderly(clock)
      const send = createPost({
        ...wires,
        callSid: sid,
        call: opened,
        note: () => {},
        idempotencyToken: () => newSid(''),
      })
      opened += 1
      post = (form) => {
        keep(orderly(() => send({ kind: 'conference', url, method, parameters: form })))
      }
      posts.set(sid, post)
    }
    post([['AccountSid', accountSid], ...parameters])
    // Its end is the last that is told of it.
    if (parameters.some(([, value]) => value === 'conference-end')) posts.delete(sid)
  }
}
