import type { Demo } from './server.ts'

/** What someone who has just started the demo wants to know, for the terminal. */
export const welcome = (url: string, demo: Demo): string => `
  hotline is running with the simulated carrier: no telephone line is needed.

    Phone page   ${url}/phone
    Terminal     npm run dial
    Call log     curl -H "Authorization: Bearer ${demo.adminToken}" ${url}/api/calls

${exampleOf(demo)}  Stop with Ctrl-C. The data stays in ${demo.dataDir}.

`

const exampleOf = ({ example }: Demo): string =>
  example === null
    ? ''
    : `    Application  ${example.number}, access code ${example.accessCode}: press 3, then ${example.keys}

`
