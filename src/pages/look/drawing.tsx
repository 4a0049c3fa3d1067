/**
 * A drawing beside a word or inside a labelled button; screen readers pass it by.
 *
 * @param path of lines, on a square of 24 by 24
 */
export function Drawing({ path, size = 22 }: { path: string; size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  )
}

/** How the choice of colours is drawn, and the sound, on every page. */
export const switchPaths = {
  'sound-on':
    'M4 9.500v5h3.500L12 18.500v-13L7.5 9.500H4ZM15 9a4 4 0 0 1 0 6M17.5 6.500a7.5 7.5 0 0 1 0 11',
  'sound-off': 'M4 9.500v5h3.500L12 18.500v-13L7.5 9.500H4ZM16 9.500l5 5M21 9.500l-5 5',
  system: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4v16M12 7.500h5M12 12h8M12 16.500h5',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4',
  dark: 'M20 14.500A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.500Z',
} as const
