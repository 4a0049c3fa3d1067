import { Drawing, switchPaths } from '../look/drawing.tsx'

const paths = {
  ...switchPaths,
  call: 'M6.6 3.5 9 3l2 4.6-2 1.7a12 12 0 0 0 5.7 5.700l1.7-2L21 15l-.5 2.400A3.6 3.6 0 0 1 17 20.3 14.3 14.3 0 0 1 3.7 7a3.6 3.6 0 0 1 2.9-3.500Z',
  'hang-up':
    'M12 9c-3.7 0-7 1-9 2.7-.9.8-1 2-.6 3.100l.7 1.7 4.7-1 .3-2.700a13 13 0 0 1 7.8 0l.3 2.7 4.7 1 .7-1.700c.4-1.1.3-2.3-.6-3.100C19 10 15.7 9 12 9Z',
  erase: 'M9 6h11v12H9l-6-6 6-6ZM12 9.500l5 5M17 9.500l-5 5',
} as const

export function Icon({ name }: { name: keyof typeof paths }) {
  return <Drawing path={paths[name]} />
}
