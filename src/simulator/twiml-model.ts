/**
 * Which elements TwiML for voice has, where they may stand and what attributes they take. The facts are
 * those of the TwiML classes of npm's `twilio` 6.2.0 (`lib/twiml/VoiceResponse`, MIT), cut to
 * what a telephone line uses.
 */
export type ElementModel = {
  readonly children?: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeModel>>
}

/** A wrong value is noted with `code` (else 12200) and the attribute left out. */
export type AttributeModel = {
  readonly values: RegExp
  readonly code?: number
}

const any: AttributeModel = { values: /^[\s\S]*$/ }
const url: AttributeModel = { values: /^\S*$/ }
const method: AttributeModel = { values: /^(GET|POST)$/i }
const flag: AttributeModel = { values: /^(true|false)$/ }
const count: AttributeModel = { values: /^\d{1,9}$/ }
const oneOf = (...values: readonly string[]): AttributeModel => ({
  values: new RegExp(`^(?:${values.join('|')})$`),
})
const listOf = (...values: readonly string[]): AttributeModel => ({
  values: new RegExp(`^(?:(?:${values.join('|')})(?:\\s+|$))+$`),
})
const noted = (model: AttributeModel, code: number): AttributeModel => ({ ...model, code })

const ssml = ['break', 'emphasis', 'lang', 'p', 'phoneme', 'prosody', 's', 'say-as', 'sub', 'w']

const callbacks = (...events: readonly string[]): Record<string, AttributeModel> => ({
  statusCallback: url,
  statusCallbackMethod: method,
  statusCallbackEvent: listOf(...events),
})
const callEvents = callbacks('initiated', 'ringing', 'answered', 'completed')
const recordingCallbacks: Record<string, AttributeModel> = {
  recordingStatusCallback: url,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: listOf('in-progress', 'completed', 'absent'),
  recordingConfigurationId: any,
}
const machineDetection: Record<string, AttributeModel> = {
  amdStatusCallback: url,
  amdStatusCallbackMethod: method,
  machineDetection: any,
  machineDetectionSilenceTimeout: count,
  machineDetectionSpeechEndThreshold: count,
  machineDetectionSpeechThreshold: count,
  machineDetectionTimeout: count,
}
const trim = oneOf('trim-silence', 'do-not-trim')

export const twimlModel: Readonly<Record<string, ElementModel>> = {
  Response: {
    children: [
      ...[
        'Connect',
        'Dial',
        'Echo',
        'Enqueue',
        'Gather',
        'Hangup',
        'Leave',
        'Pause',
        'Pay',
        'Play',
      ],
      ...[
        'Prompt',
        'Queue',
        'Record',
        'Redirect',
        'Refer',
        'Reject',
        'Say',
        'Sms',
        'Start',
        'Stop',
      ],
    ],
    attributes: {},
  },
  Say: {
    children: ssml,
    attributes: { language: noted(any, 13512), loop: count, voice: any },
  },
  Play: { attributes: { digits: { values: /^[0-9*#wW]*$/ }, loop: count } },
  Pause: { attributes: { length: count } },
  Gather: {
    children: ['Say', 'Play', 'Pause'],
    attributes: {
      action: url,
      method: noted(method, 13312),
      input: noted(listOf('dtmf', 'speech'), 13326),
      numDigits: noted({ values: /^[1-9]\d{0,8}$/ }, 13314),
      timeout: noted({ values: /^(\d{1,9}|auto)$/ }, 13313),
      finishOnKey: noted({ values: /^[0-9#*]?$/ }, 13310),
      actionOnEmptyResult: flag,
      bargeIn: flag,
      language: any,
      hints: any,
      speechTimeout: { values: /^(\d{1,9}|auto)$/ },
      speechModel: any,
      profanityFilter: flag,
      enhanced: flag,
      maxSpeechTime: count,
      partialResultCallback: url,
      partialResultCallbackMethod: method,
      debug: flag,
    },
  },
  Redirect: { attributes: { method } },
  Hangup: { attributes: {} },
  Reject: { attributes: { reason: oneOf('rejected', 'busy') } },
  Record: {
    attributes: {
      action: url,
      method,
      timeout: count,
      finishOnKey: { values: /^[0-9#*]*$/ },
      maxLength: count,
      playBeep: flag,
      trim,
      transcribe: flag,
      transcribeCallback: url,
      ...recordingCallbacks,
    },
  },
  Enqueue: {
    children: ['Task'],
    attributes: {
      action: url,
      method,
      waitUrl: url,
      waitUrlMethod: method,
      workflowSid: any,
      maxQueueSize: count,
    },
  },
  Task: { attributes: { priority: count, timeout: count } },
  Leave: { attributes: {} },
  Dial: {
    children: ['Client', 'Conference', 'Number', 'Queue', 'Sip', 'Sim', 'Application', 'WhatsApp'],
    attributes: {
      action: url,
      method,
      answerOnBridge: flag,
      callerId: any,
      events: any,
      hangupOnStar: flag,
      record: {
        values: /^(do-not-record|true|false|record-from-(answer|ringing)(-dual)?)$/,
      },
      recordingTrack: oneOf('both', 'inbound', 'outbound'),
      referMethod: method,
      referUrl: url,
      ringTone: { values: /^([a-z]{2}|us-old)$/ },
      sequential: flag,
      timeLimit: count,
      timeout: count,
      trim,
      ...recordingCallbacks,
    },
  },
  Number: {
    attributes: {
      method,
      url,
      byoc: any,
      sendDigits: { values: /^[0-9*#wW]*$/ },
      ...callEvents,
      ...machineDetection,
    },
  },
  Client: { children: ['Identity', 'Parameter'], attributes: { method, url, ...callEvents } },
  Identity: { attributes: {} },
  Parameter: { attributes: { name: any, value: any } },
  Sip: {
    children: ['Uri', 'Headers'],
    attributes: {
      method,
      url,
      username: any,
      password: any,
      ...callEvents,
      ...machineDetection,
    },
  },
  Queue: { attributes: { method, url, postWorkActivitySid: any, reservationSid: any } },
  Conference: {
    attributes: {
      beep: oneOf('true', 'false', 'onEnter', 'onExit'),
      coach: any,
      endConferenceOnExit: flag,
      eventCallbackUrl: url,
      jitterBufferSize: oneOf('large', 'medium', 'small', 'off'),
      maxParticipants: count,
      muted: flag,
      participantLabel: any,
      record: oneOf('do-not-record', 'record-from-start'),
      region: any,
      startConferenceOnEnter: flag,
      trim,
      waitMethod: method,
      waitUrl: url,
      ...recordingCallbacks,
      ...callbacks(
        ...['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify', 'speaker', 'announcement'],
      ),
    },
  },
  Connect: { children: ['Stream'], attributes: { action: url, method } },
  Start: { children: ['Stream', 'Recording'], attributes: { action: url, method } },
  Stop: { children: ['Stream'], attributes: {} },
  Recording: { attributes: { ...recordingCallbacks, channels: any, trim, track: any } },
  Stream: {
    children: ['Parameter'],
    attributes: {
      url,
      name: any,
      track: oneOf('inbound_track', 'outbound_track', 'both_tracks'),
      statusCallback: url,
      statusCallbackMethod: method,
      connectorName: any,
      audioFormat: any,
      sampleRate: any,
    },
  },
  break: { attributes: { strength: any, time: { values: /^\d+(\.\d+)?m?s$/ } } },
  emphasis: { children: ssml, attributes: { level: oneOf('strong', 'moderate', 'reduced') } },
  lang: { children: ssml, attributes: { 'xml:lang': any } },
  p: { children: ssml, attributes: {} },
  s: { children: ssml, attributes: {} },
  phoneme: { attributes: { alphabet: any, ph: any } },
  prosody: { children: ssml, attributes: { volume: any, rate: any, pitch: any } },
  'say-as': { attributes: { 'interpret-as': any, format: any, role: any } },
  sub: { attributes: { alias: any } },
  w: { attributes: { role: any } },
}

/** Languages that `<Say>` has a voice for; Tatar is not among them. */
export const sayLanguages: ReadonlySet<string> = new Set(
  `af-ZA am-ET ar-AE ar-XA arb bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ cy-GB da-DK de-AT de-DE el-GR en-AU
  en-CA en-GB en-GB-WLS en-IE en-IN en-NZ en-US en-ZA es-ES es-MX es-US fi-FI fil-PH fr-CA fr-FR fr-BE
  gu-IN he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lv-LV ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL
  pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sr-RS sv-SE ta-IN te-IN th-TH tr-TR uk-UA vi-VN yue-HK zh-CN
  zh-HK zh-TW`.split(/\s+/),
)
