import { troublesByName } from './rest-trouble.ts'

const address = { type: 'string', minLength: 1, maxLength: 256 } as const
const seconds = { type: 'number', minimum: 0, maximum: 86_400 } as const
const keyList = {
  type: 'array',
  maxItems: 100,
  items: { type: 'string', pattern: '^[0-9*#]*$', maxLength: 64 },
} as const

const object = (
  properties: Readonly<Record<string, object>>,
  ...required: readonly string[]
): object => ({ type: 'object', additionalProperties: false, required, properties })

const kind = (name: string): object => ({ type: 'string', const: name })

export const nothing = { type: ['object', 'null'] }

export const inboundCall = object({ to: address, from: { type: 'string', maxLength: 256 } }, 'to')

export const arrivals = object(
  {
    to: address,
    count: { type: 'integer', minimum: 1, maximum: 10_000 },
    seconds,
    keys: keyList,
    patienceSeconds: seconds,
    talkSeconds: seconds,
    seed: { type: 'string', maxLength: 100 },
  },
  'to',
  'count',
  'seconds',
  'keys',
  'patienceSeconds',
)

export const phone = object(
  {
    address,
    behaviour: {
      oneOf: [
        object(
          {
            kind: kind('answers'),
            afterSeconds: seconds,
            talksSeconds: { anyOf: [seconds, { type: 'null' }] },
            answeredBy: { enum: ['human', 'machine', 'fax', 'unknown'] },
            presses: {
              type: 'array',
              maxItems: 100,
              items: object(
                { keys: { type: 'string', pattern: '^[0-9*#]*$' }, afterSeconds: seconds },
                'keys',
              ),
            },
          },
          'kind',
          'afterSeconds',
          'talksSeconds',
        ),
        object({ kind: kind('declines'), afterSeconds: seconds }, 'kind', 'afterSeconds'),
        object({ kind: { enum: ['by-hand', 'busy', 'no-answer'] } }, 'kind'),
        object({ kind: kind('failed'), sipCode: { type: 'integer' } }, 'kind'),
      ],
    },
  },
  'address',
  'behaviour',
)

const url = { type: 'string', maxLength: 2000 } as const
const method = { enum: ['GET', 'POST'] } as const

export const number = object(
  {
    number: address,
    voiceUrl: url,
    voiceMethod: method,
    voiceFallbackUrl: url,
    voiceFallbackMethod: method,
    statusCallback: url,
    statusCallbackMethod: method,
  },
  'number',
  'voiceUrl',
)

const rates = {
  type: 'object',
  additionalProperties: { type: 'number', minimum: 0, maximum: 1 },
} as const

const troubleNames = Object.keys(troublesByName)

export const hostility = object({
  seed: { type: 'string', maxLength: 100 },
  faults: rates,
  kinds: {
    type: 'array',
    items: { enum: ['document', 'status', 'recording', 'conference', 'message'] },
  },
  lag: object({ list: seconds, cancel: seconds }),
  troubles: { ...rates, propertyNames: { enum: troubleNames } },
  next: { type: 'array', maxItems: 10_000, items: { enum: [...troubleNames, 'none'] } },
})

export const keys = object({ keys: { type: 'string', pattern: '^[0-9*#]{1,64}$' } }, 'keys')

export const answer = {
  type: ['object', 'null'],
  properties: { by: { enum: ['human', 'machine', 'fax', 'unknown'] } },
}

export const refusal = object({ how: { enum: ['busy', 'no-answer', 'failed', 'canceled'] } }, 'how')
