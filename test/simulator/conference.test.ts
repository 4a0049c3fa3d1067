import t from 'tap'
import type { Call } from '../../src/simulator/call.ts'
import type { PhoneBehaviour } from '../../src/simulator/called-phones.ts'
import { hears } from '../../src/simulator/conference.ts'
import { restClientOf } from './rest-client.ts'
import { carrierOf, line, type Page } from './wire-server.ts'

const operator = '+79161112233'
const supervisor = '+79161112244'
const patient: PhoneBehaviour = { kind: 'by-hand' }

const room = (attributes = '', dial = '') =>
  `<Dial action="/done" ${dial}><Conference ${attributes}>talk-1</Conference></Dial><Say>on</Say>`
const news =
  'statusCallback="/news" statusCallbackEvent="start end join leave mute hold modify announcement"'

/** A carrier whose clock stands still until `go`, so that calls meet where the test wants them to. */
const open = async (pages: Readonly<Record<string, Page>>) => {
  const { server, carrier } = await carrierOf(
    { '/done': '<Hangup/>', '/news': '', ...pages },
    { phones: () => patient, callsPerSecond: Number.POSITIVE_INFINITY },
  )
  const go = carrier.clock.hold()
  const { app, client } = await restClientOf(carrier)
  t.teardown(async () => {
    go()
    await carrier.close()
    await app.close()
    await server.close()
  })
  const joined = async (call: Call | undefined): Promise<void> => {
    for (;;) {
      const report = await call?.next('conference')
      if (!report || report.state === 'joined') return
    }
  }
  const events = () =>
    server.got
      .filter(({ path }) => path === '/news')
      .map(({ form }) => form.get('StatusCallbackEvent')?.replace(/^(participant|conference)-/, ''))
  const forms = (path: string) =>
    server.got.filter((got) => got.path === path).map(({ form }) => Object.fromEntries(form))
  /** Rings somebody whose document is at this path. */
  const ring = async (to: string, path: string) => {
    const made = await client.calls.create({ to, from: line, url: `${server.url}${path}` })
    const call = carrier.call(made.sid)
    if (!call) throw new Error('The call is unknown')
    call.answer()
    return call
  }
  return { go, server, carrier, client, joined, events, forms, ring }
}

const said = (call: Call): readonly string[] =>
  call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : []))

t.test('the caller waits, the operator comes, the talk ends with the operator', async (t) => {
  const { go, carrier, joined, events, forms, ring, client } = await open({
    '/voice': room(`waitUrl="/music" ${news} participantLabel="caller"`),
    '/music': '<Say>Please wait</Say>',
    '/operator': room('endConferenceOnExit="true" statusCallback="/elsewhere"'),
  })
  const caller = carrier.dial({ to: line })
  await joined(caller)
  t.match(await client.conferences.list({ friendlyName: 'talk-1' }), [{ status: 'init' }])
  const leg = await ring(operator, '/operator')
  await joined(leg)
  const [conference] = await client.conferences.list({ status: 'in-progress' })
  t.equal((await client.conferences(conference?.sid ?? '').participants.list()).length, 2)
  carrier.clock.after(60_000, leg.hangUp)
  go()
  await leg.settled
  await caller.settled
  await carrier.close()
  t.same(events(), ['join', 'join', 'start', 'leave', 'leave', 'end'])
  const told = forms('/news')
  t.same(
    told.map(({ SequenceNumber }) => SequenceNumber),
    ['1', '2', '3', '4', '5', '6'],
  )
  t.match(told[0], {
    CallSid: caller.callSid,
    FriendlyName: 'talk-1',
    ParticipantLabel: 'caller',
    Muted: 'false',
    ConferenceSid: /^CF[0-9a-f]{32}$/,
  })
  t.match(told.slice(3), [
    { CallSid: leg.callSid, ReasonParticipantLeft: 'participant_hung_up' },
    { CallSid: caller.callSid, ReasonParticipantLeft: 'moderator_ended_conference' },
    {
      ReasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
      CallSidEndingConference: leg.callSid,
    },
  ])
  const caller2 = forms('/done').find(({ CallSid }) => CallSid === caller.callSid)
  t.match(caller2, { DialCallStatus: 'answered', CallStatus: 'in-progress' })
  t.notOk('DialCallSid' in (caller2 ?? {}))
  t.same(said(caller), ['Please wait'])
  t.match(await client.conferences(told[0]?.['ConferenceSid'] ?? '').fetch(), {
    status: 'completed',
    reasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
  })
  t.same(forms('/elsewhere'), [])
})

t.test('a redirect takes a caller from the queue into the conference, and out of it', async (t) => {
  const { go, carrier, joined, client, server, events, forms } = await open({
    '/voice': '<Enqueue action="/queued" waitUrl="/wait">general</Enqueue>',
    '/wait': '<Pause length="60"/>',
    '/queued': '<Say>ignored</Say>',
    '/bridge': room(news),
    '/survey': '<Say>How was it?</Say>',
  })
  const caller = carrier.dial({ to: line })
  await caller.next('queue')
  await client.calls(caller.callSid).update({ url: `${server.url}/bridge` })
  await joined(caller)
  t.equal(carrier.queues.find('general')?.members.length, 0)
  await client.calls(caller.callSid).update({ url: `${server.url}/survey` })
  go()
  await caller.settled
  await carrier.close()
  t.same(said(caller), ['How was it?'])
  t.same(events(), ['join', 'leave', 'end'])
  t.match(forms('/queued'), [{ QueueResult: 'redirected' }])
  t.same(forms('/done'), [])
})

t.test('a supervisor who whispers is heard by the operator alone', async (t) => {
  const { go, carrier, joined, client, ring, events, server } = await open({
    '/voice': room(news),
    '/operator': room(),
    '/listen': room('muted="true"'),
  })
  const caller = carrier.dial({ to: line })
  await joined(caller)
  const leg = await ring(operator, '/operator')
  await joined(leg)
  const third = await ring(supervisor, '/listen')
  await joined(third)
  const conference = carrier.conferences.find('talk-1')
  const audible = (listener: Call, speaker: Call): boolean | undefined => {
    const one = conference?.participants.get(listener.callSid)
    const other = conference?.participants.get(speaker.callSid)
    return conference && one && other && hears(conference, one, other)
  }
  t.same(
    [audible(caller, third), audible(leg, third), audible(third, caller)],
    [false, false, true],
  )
  const participants = client.conferences(conference?.sid ?? '').participants
  await participants(third.callSid).update({
    coaching: true,
    callSidToCoach: leg.callSid,
    muted: false,
  })
  t.same([audible(caller, third), audible(leg, third)], [false, true])
  await participants(third.callSid).update({ coaching: false })
  t.same([audible(caller, third), audible(leg, third)], [true, true])
  await t.rejects(participants(third.callSid).update({ callSidToCoach: 'CA0' }), { code: 13240 })
  await participants(caller.callSid).update({ hold: true, holdUrl: `${server.url}/music` })
  t.same([audible(caller, leg), audible(leg, caller)], [false, false])
  await participants(caller.callSid).update({ hold: false })
  t.same([audible(caller, leg), audible(leg, caller)], [true, true])
  await participants(third.callSid).remove()
  t.equal(conference?.participants.size, 2)
  await client.conferences(conference?.sid ?? '').update({ status: 'completed' })
  go()
  await carrier.close()
  t.same(events(), [
    ...['join', 'join', 'start', 'join', 'unmute', 'modify', 'modify', 'hold', 'unhold'],
    ...['leave', 'leave', 'leave', 'end'],
  ])
})

t.test('a label in use keeps a second leg out; a missing one to coach does, too', async (t) => {
  const { carrier, joined, forms } = await open({
    '/voice': room('participantLabel="caller"'),
    '/second': room('participantLabel="caller"'),
    '/coach': room('coach="CA0"'),
  })
  const caller = carrier.dial({ to: line })
  await joined(caller)
  for (const path of ['second', 'coach']) {
    const voiceUrl = carrier.number(line)?.voiceUrl.replace('voice', path) ?? ''
    carrier.setNumber('+78000000000', { voiceUrl })
    const other = carrier.dial({ to: '+78000000000' })
    await (path === 'second' ? other.next('utterance') : other.settled)
    const codes = other.history.flatMap((one) => (one.type === 'debugger' ? [one.code] : []))
    t.same([codes, said(other)], path === 'second' ? [[16025], ['on']] : [[13240], []])
  }
  t.match(forms('/done'), [{ DialCallStatus: 'failed' }])
})

t.test('the API calls a participant into the conference, or tells that nobody came', async (t) => {
  const { go, carrier, joined, client, forms, server } = await open({ '/voice': room() })
  const caller = carrier.dial({ to: line })
  await joined(caller)
  const wish = {
    from: line,
    label: 'operator',
    endConferenceOnExit: true,
    statusCallback: `${server.url}/leg`,
    statusCallbackEvent: ['answered', 'completed'],
  }
  const made = await client
    .conferences('talk-1')
    .participants.create({ ...wish, to: 'client:anna?place=42' })
  t.match(made, { status: 'queued', label: 'operator' })
  await t.rejects(client.conferences('talk-1').participants.create({ ...wish, to: operator }), {
    code: 16025,
  })
  const leg = carrier.call(made.callSid)
  leg?.answer()
  await joined(leg)
  t.match(await client.conferences('talk-1').participants('operator').fetch(), {
    callSid: made.callSid,
    status: 'connected',
  })
  leg?.hangUp()
  await leg?.settled
  await caller.settled
  t.match(forms('/leg'), [{ CallStatus: 'in-progress' }, { CallStatus: 'completed' }])

  carrier.setPhone(operator, { kind: 'no-answer' })
  const lost = await client.conferences('talk-2').participants.create({
    from: line,
    to: operator,
    timeout: 15,
    conferenceStatusCallback: `${server.url}/news`,
    conferenceStatusCallbackEvent: ['leave', 'end'],
  })
  go()
  await carrier.call(lost.callSid)?.settled
  await carrier.close()
  t.match(forms('/news'), [
    { ReasonParticipantLeft: 'participant_add_failed', ParticipantCallStatus: 'no-answer' },
    { StatusCallbackEvent: 'conference-end' },
  ])
})

t.test('an announcement is heard by its participant, and told of', async (t) => {
  const { go, carrier, joined, client, ring, server, events } = await open({
    '/voice': room(news),
    '/operator': room('endConferenceOnExit="true"'),
    '/announcement': '<Say>This call is recorded</Say>',
  })
  const caller = carrier.dial({ to: line })
  await joined(caller)
  const leg = carrier.dial({ to: line })
  await joined(leg)
  t.equal((await ring(operator, '/operator')).record().direction, 'outbound-api')
  await client
    .conferences('talk-1')
    .participants(caller.callSid)
    .update({ announceUrl: `${server.url}/announcement` })
  go()
  t.match(await caller.next('utterance'), { text: 'This call is recorded' })
  await caller.next('utterance-end')
  await carrier.close()
  t.same(said(leg), [])
  t.ok(events().includes('announcement-end'))
})
