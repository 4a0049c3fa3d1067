const paths = {
  call: 'M6.6 3.5 9 3l2 4.6-2 1.7a12 12 0 0 0 5.7 5.700l1.7-2L21 15l-.5 2.400A3.6 3.6 0 0 1 17 20.3 14.3 14.3 0 0 1 3.7 7a3.6 3.6 0 0 1 2.9-3.500Z',
  'hang-up':
    'M12 9c-3.7 0-7 1-9 2.7-.9.8-1 2-.6 3.100l.7 1.7 4.7-1 .3-2.700a13 13 0 0 1 7.8 0l.3 2.7 4.7 1 .7-1.700c.4-1.1.3-2.3-.6-3.100C19 10 15.7 9 12 9Z',
  'sound-on':
    'M4 9.500v5h3.500L12 18.500v-13L7.5 9.500H4ZM15 9a4 4 0 0 1 0 6M17.5 6.500a7.5 7.5 0 0 1 0 11',
  'sound-off': 'M4 9.500v5h3.500L12 18.500v-13L7.5 9.500H4ZM16 9.500l5 5M21 9.500l-5 5',
  erase: 'M9 6h11v12H9l-6-6 6-6ZM12 9.500l5 5M17 9.500l-5 5',
  system: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4v16M12 7.500h5M12 12h8M12 16.500h5',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4',
  dark: 'M20 14.500A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.500Z',
} as const

/** A drawing beside a word or inside a labelled button; screen readers pass it by. */
export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="22"
      height="22"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
