import { Drawing, switchPaths } from '../look/drawing.tsx'

const paths = {
  ...switchPaths,
  call: 'M6.6 3.5 9 3l2 4.6-2 1.7a12 12 0 0 0 5.7 5.7l1.7-2L21 15l-.5 2.4A3.6 3.6 0 0 1 17 20.3 14.3 14.3 0 0 1 3.7 7a3.6 3.6 0 0 1 2.9-3.5Z',
  people:
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.500 19.500a6.5 6.5 0 0 1 13 0M15.500 5.300a3.5 3.5 0 0 1 0 6.400M17.500 14.200a6.5 6.5 0 0 1 4 5.300',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20a7.5 7.5 0 0 1 15 0',
  back: 'M14.500 5.500 8 12l6.500 6.500',
  forward: 'M9.500 5.500 16 12l-6.500 6.500',
  photo: 'M4 8h3.500L9 5.500h6L16.500 8H20v11H4ZM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  gallery: 'M4 5h16v14H4ZM4 16l4.500-4.500 4 4 3-3L20 17M15 8.500h.01',
  send: 'M4.500 19.500 20 12 4.500 4.500l2 6L13 12l-6.500 1.500Z',
  place:
    'M12 21s7-6.300 7-11.500a7 7 0 0 0-14 0C5 14.700 12 21 12 21ZM12 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z',
  'turn-left': 'M8.500 4.500 4.500 8.500l4 4M4.500 8.500H14a5.500 5.500 0 0 1 0 11H8',
  'turn-right': 'M15.500 4.500l4 4-4 4M19.500 8.500H10a5.500 5.500 0 0 0 0 11h6',
  close: 'M6 6l12 12M18 6 6 18',
  add: 'M12 5v14M5 12h14',
  lock: 'M6 11h12v9H6ZM8.500 11V8a3.5 3.5 0 0 1 7 0v3',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size }: { name: IconName; size?: number }) {
  return <Drawing path={paths[name]} {...(size === undefined ? {} : { size })} />
}
