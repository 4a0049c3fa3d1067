import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { schema } from '../../src/voicexml/check/schema.ts'
import { xsdOf } from '../../src/voicexml/check/xsd.ts'

/** Writes `docs/voicexml-profile.xsd` from the table of the checker. */
writeFileSync(resolve(import.meta.dirname, '../../docs/voicexml-profile.xsd'), xsdOf(schema))
