import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Button.css'
import '@mantine/core/styles/ActionIcon.css'
import '@mantine/core/styles/Alert.css'
import './look.css'
import { colorsTuple, createTheme, MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'

const theme = createTheme({
  primaryColor: 'accent',
  colors: { accent: colorsTuple('#0a6e52'), danger: colorsTuple('#b3261e') },
})

/**
 * The one look of all pages. Mantine's variables come from `look.css` and the theme's style sheets,
 * never from a `<style>` element put in at run time, which a strict content security policy forbids.
 */
export function Look({ scheme, children }: { scheme: 'light' | 'dark'; children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      {children}
    </MantineProvider>
  )
}
