import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { PhonePage } from './phone-page.tsx'

const page = document.getElementById('page')
if (!page) throw new Error('phone/index.html has no element with the id "page"')
createRoot(page).render(
  <StrictMode>
    <PhonePage />
  </StrictMode>,
)
