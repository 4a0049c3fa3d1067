import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ConsolePage } from './console-page.tsx'

const page = document.getElementById('page')
if (!page) throw new Error('console/index.html has no element with the id "page"')
createRoot(page).render(
  <StrictMode>
    <ConsolePage />
  </StrictMode>,
)
