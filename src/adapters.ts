import type { CallLog } from './calls/call-log.ts'
import type { NoticeBoard, NoticeStore } from './calls/notices.ts'
import type { Outside } from './calls/outside.ts'
import type { CallStore, Clock, Flows } from './calls/ports.ts'
import type { CaseStore } from './cases/ports.ts'
import type { LiveBridge } from './live/bridge.ts'
import type { LiveCallbacks } from './live/callbacks.ts'
import type { LiveCallers } from './live/callers.ts'
import type { LiveChannels } from './live/channels.ts'
import type { ConsolePorts } from './live/consoles.ts'
import type { FlowControl } from './live/flows.ts'
import type { LiveMedia } from './live/media.ts'
import type { LivePhotos } from './live/photos.ts'
import type { LiveQueues } from './live/queues.ts'
import type { LiveRecordings } from './live/recordings.ts'
import type { Logger } from './logging.ts'
import type { CarrierWatch } from './queues/carrier-rest.ts'
import type { Carrier } from './simulator/carrier.ts'
import type { PhoneExample } from './simulator/phone-protocol.ts'
import type { SoftphoneToken } from './web/operator/operator-routes.ts'

/** What the edges stand on; `server.ts` makes these, tests some of them. */
export type Adapters = {
  readonly logger: Logger
  readonly clock: Clock
  readonly flows: Flows
  readonly callStore: CallStore
  readonly callLog: CallLog
  readonly cases: CaseStore
  readonly callbacks: LiveCallbacks
  readonly callers: LiveCallers
  readonly channels: LiveChannels
  readonly flowControl: FlowControl
  readonly notices: { readonly store: NoticeStore; readonly board: NoticeBoard }
  readonly queues: LiveQueues
  readonly carrierWatch: CarrierWatch
  readonly bridge: LiveBridge
  readonly consoles: ConsolePorts
  readonly media: LiveMedia
  readonly recordings: LiveRecordings
  readonly photos: LivePhotos
  /** Absent: documents can fetch nothing. */
  readonly outside?: Outside
  readonly recording: (hash: string) => Promise<Uint8Array | null>
  /** What keeps the server from serving calls now; empty = nothing. */
  readonly obstacles: () => Promise<readonly string[]>
  /** Whether a fault is the database or what keeps files being away: the same request may succeed later. */
  readonly isOutage: (error: unknown) => boolean
}

export type AppOptions = {
  /** Origin that the carrier signs, without a trailing slash. Asked at each request: with port 0 it is known only after listening. */
  readonly publicUrl: () => string
  /** Addresses and networks of proxies before this server; absent = none, addresses are those of connections. */
  readonly trustedProxies?: readonly string[]
  /** Tokens that sign webhooks. */
  readonly authTokens: readonly string[]
  readonly adminToken: string | null
  /** Folder of built pages. */
  readonly pagesDirectory: string
  /** Tokens of the softphones in browsers; null = operators are rung elsewhere only. */
  readonly softphone: (identity: string) => SoftphoneToken | null
  /** Where the console's maps are drawn from; null or absent = nowhere. */
  readonly map?: { readonly tiles: string; readonly attribution: string } | null
  /** What there is only where the simulated carrier stands in for a real one. */
  readonly demo: {
    readonly carrier: Carrier
    readonly example: PhoneExample | null
  } | null
}
