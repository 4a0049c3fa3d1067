import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { AppPage } from './app-page.tsx'
import { takeToken } from './route.ts'
import { keepShell } from './shell.ts'

const brought = takeToken()
const page = document.getElementById('page')
if (!page) throw new Error('app/index.html has no element with the id "page"')
createRoot(page).render(
  <StrictMode>
    <AppPage brought={brought} />
  </StrictMode>,
)
keepShell()
