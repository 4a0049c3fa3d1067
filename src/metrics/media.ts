import { Counter, Gauge, type Registry } from 'prom-client'
import type { KeeperFigures } from '../media/keeper.ts'

export type MediaFacts = {
  readonly streams: () => KeeperFigures
  /** Sockets refused since the start, by why. */
  readonly refused: () => ReadonlyMap<string, number>
}

/** Figures of media streams for Prometheus, of this node alone. */
export const registerMediaMetrics = (
  registry: Registry,
  { streams, refused }: MediaFacts,
): void => {
  new Gauge({
    name: 'hotline_streams_open',
    help: 'Media streams that this node takes now',
    registers: [registry],
    collect() {
      this.set(streams().open)
    },
  })
  const counter = (name: string, help: string, of: (figures: KeeperFigures) => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset()
        this.inc(of(streams()))
      },
    })
  counter(
    'hotline_stream_frames_total',
    'Messages with sound, of both sides, that were taken',
    ({ frames }) => frames,
  )
  counter(
    'hotline_stream_frames_lost_total',
    'Messages of streams that never came, or too late for their recording',
    ({ lost }) => lost,
  )
  counter(
    'hotline_stream_frames_repeated_total',
    'Messages of streams that came again and were passed over',
    ({ repeated }) => repeated,
  )
  counter(
    'hotline_stream_gaps_total',
    'Silences in recordings that stand for lost messages',
    ({ gaps }) => gaps,
  )
  counter(
    'hotline_recorded_bytes_total',
    'Bytes of sound that were recorded, both sides',
    ({ bytes }) => bytes,
  )
  new Counter({
    name: 'hotline_media_refused_total',
    help: 'Media sockets that were closed for what came over them, by why',
    labelNames: ['why'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [why, count] of refused()) this.inc({ why }, count)
    },
  })
}
