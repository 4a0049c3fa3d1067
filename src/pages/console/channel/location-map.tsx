import 'leaflet/dist/leaflet.css'
import { circle, circleMarker, map, tileLayer } from 'leaflet'
import { useEffect, useRef } from 'react'
import type { LocationView } from '../../../web/channel/protocol.ts'
import type { MapSource } from './map-source.ts'

const closeUp = 16

/** A map with the caller in the middle, and how far off that may be. */
export default function LocationMap(props: {
  location: LocationView
  source: MapSource
  className: string
}) {
  const ground = useRef<HTMLDivElement>(null)
  const { latitude, longitude, accuracyMetres } = props.location
  const { tiles, attribution } = props.source
  const drawn = useRef<ReturnType<typeof draw> | null>(null)

  useEffect(() => {
    if (ground.current === null) return
    drawn.current = draw(ground.current, { tiles, attribution })
    return () => {
      drawn.current?.remove()
      drawn.current = null
    }
  }, [tiles, attribution])

  useEffect(() => {
    drawn.current?.move(latitude, longitude, accuracyMetres)
  }, [latitude, longitude, accuracyMetres])

  // The numbers below say the same to those who do not see the map.
  return <div ref={ground} className={props.className} aria-hidden="true" />
}

const draw = (ground: HTMLElement, { tiles, attribution }: MapSource) => {
  const drawing = map(ground, { attributionControl: attribution !== '', keyboard: false })
  drawing.attributionControl?.setPrefix(false)
  // Leaflet reads an attribution as HTML, and this one is plain text.
  const plain = document.createElement('span')
  plain.textContent = attribution
  tileLayer(tiles, { maxZoom: 19, attribution: plain.innerHTML }).addTo(drawing)
  const around = circle([0, 0], { radius: 0, weight: 1 }).addTo(drawing)
  const middle = circleMarker([0, 0], { radius: 7, weight: 3 }).addTo(drawing)
  return {
    move: (latitude: number, longitude: number, metres: number) => {
      middle.setLatLng([latitude, longitude])
      around.setLatLng([latitude, longitude]).setRadius(metres)
      drawing.setView([latitude, longitude], closeUp, { animate: false })
    },
    remove: () => drawing.remove(),
  }
}
