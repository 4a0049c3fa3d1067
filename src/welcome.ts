import type { Demo } from './server.ts'

/** What someone who has just started the demo wants to know, for the terminal. */
export const welcome = (url: string, demo: Omit<Demo, 'carrier'>): string => `
  hotline is running with the simulated carrier: no telephone line is needed.

    Phone page   ${url}/phone
    App page     ${url}/app (codes to sign in with come to the phone page)
    Console      ${url}/console
${signIns(demo)}    Terminal     npm run dial
    Call log     curl -H "Authorization: Bearer ${demo.adminToken}" ${url}/api/calls

${exampleOf(demo)}  Stop with Ctrl-C. The data stays in ${demo.dataDir}.

`

const signIns = ({ operators }: Pick<Demo, 'operators'>): string =>
  operators
    .map(
      ({ login, role, password }) => `                 ${login} (${role}), password ${password}\n`,
    )
    .join('')

const exampleOf = ({ example }: Pick<Demo, 'example'>): string =>
  example === null
    ? ''
    : `    Application  ${example.number}, access code ${example.accessCode}: press 3, then ${example.keys}

`
