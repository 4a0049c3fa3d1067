import { Drawing, switchPaths } from '../look/drawing.tsx'

const paths = {
  ...switchPaths,
  call: 'M6.6 3.5 9 3l2 4.6-2 1.7a12 12 0 0 0 5.7 5.7l1.7-2L21 15l-.5 2.4A3.6 3.6 0 0 1 17 20.3 14.3 14.3 0 0 1 3.7 7a3.6 3.6 0 0 1 2.9-3.5Z',
  'hang-up':
    'M12 9c-3.7 0-7 1-9 2.7-.9.8-1 2-.6 3.100l.7 1.7 4.7-1 .3-2.700a13 13 0 0 1 7.8 0l.3 2.7 4.7 1 .7-1.700c.4-1.1.3-2.3-.6-3.100C19 10 15.7 9 12 9Z',
  microphone:
    'M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.5 11.500a6.5 6.5 0 0 0 13 0M12 18v3',
  'microphone-off':
    'M9 6.500a3 3 0 0 1 6 0v5M9 9v2.500a3 3 0 0 0 4.5 2.600M5.5 11.500a6.5 6.5 0 0 0 10.500 5.100M12 18v3M4 4l16 16',
  hold: 'M9 5v14M15 5v14',
  resume: 'M8 5v14l11-7Z',
  transfer: 'M4 8h13M13.500 4.500 17 8l-3.5 3.500M20 16H7M10.500 12.500 7 16l3.5 3.500',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20a7.5 7.5 0 0 1 15 0',
  screen: 'M3 5h18v11H3ZM8.500 20h7M12 16v4',
  key: 'M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM10.9 12.100 19 4M16 7l2.500 2.500M13.500 9.500 15 11',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
} as const

export function Icon({ name, size }: { name: keyof typeof paths; size?: number }) {
  return <Drawing path={paths[name]} {...(size === undefined ? {} : { size })} />
}
