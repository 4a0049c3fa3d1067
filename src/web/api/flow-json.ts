import { Type } from 'typebox'
import { type Activation, activationOrigins } from '../../calls/activation.ts'
import type { StoredVersion } from '../../calls/flow-history.ts'
import { localIso } from '../../schedules/local-time.ts'
import type { Finding } from '../../voicexml/element.ts'
import { oneOf, orNull, time } from './schemas.ts'

const hash = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'Hash over the paths and contents of all files',
})

export const activationSchema = Type.Object(
  {
    number: Type.Integer({ description: 'From 1 without gaps; the greatest is in force' }),
    version: hash,
    activatedAt: time,
    origin: oneOf(activationOrigins),
    by: Type.String({ description: 'Name of the node or role of the person' }),
  },
  { title: 'Activation' },
)

export const activationJson = (activation: Activation, timeZone: string) => ({
  number: activation.number,
  version: activation.version,
  activatedAt: localIso(activation.at, timeZone),
  origin: activation.origin,
  by: activation.by,
})

const versionProperties = {
  version: hash,
  active: Type.Boolean({ description: 'Whether new calls run on it' }),
  storedAt: time,
  activation: orNull(activationSchema),
  files: Type.Integer(),
  documents: Type.Integer({ description: 'VoiceXML documents' }),
  lines: orNull(Type.Integer({ description: 'Telephone lines' })),
  liveCalls: Type.Integer({ description: 'Calls in progress that began with it' }),
}

export const versionSchema = Type.Object(versionProperties, { title: 'FlowVersion' })

export const manifestSchema = Type.Object(
  {
    ...versionProperties,
    manifest: Type.Array(
      Type.Object({
        path: Type.String({ description: 'Relative to the flow folder' }),
        hash: Type.String({ description: 'SHA-256 of the content' }),
        bytes: Type.Integer(),
      }),
    ),
  },
  { title: 'FlowVersionManifest' },
)

export const versionJson = (stored: StoredVersion, timeZone: string) => ({
  version: stored.version,
  active: stored.isActive,
  storedAt: localIso(stored.storedAt, timeZone),
  activation: stored.activation && activationJson(stored.activation, timeZone),
  files: stored.files,
  documents: stored.documents,
  lines: stored.lines,
  liveCalls: stored.liveCalls,
})

export const findingsSchema = Type.Array(
  Type.Object(
    {
      file: Type.String(),
      line: Type.Integer(),
      column: Type.Integer(),
      severity: oneOf(['error', 'warning']),
      code: Type.String({ description: 'Explained in docs/findings.md' }),
      message: Type.String(),
    },
    { title: 'Finding' },
  ),
)

export const findingJson = ({ file, place, severity, code, message }: Finding) => ({
  file,
  line: place.line,
  column: place.column,
  severity,
  code,
  message,
})

export const comparisonSchema = Type.Object(
  {
    from: hash,
    to: hash,
    changes: Type.Array(
      Type.Object({
        path: Type.String(),
        change: oneOf(['added', 'removed', 'changed']),
        diff: orNull(
          Type.String({
            description:
              'Unified diff of a text that was changed; null for recordings, and for the rest where the changes are more than one answer holds',
          }),
        ),
      }),
    ),
  },
  { title: 'FlowComparison' },
)
