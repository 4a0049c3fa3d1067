/// <reference lib="webworker" />
// What the build puts in: the files of the page, and a name that changes with any of them.
declare const SHELL_FILES: readonly string[]
declare const SHELL_VERSION: string

const worker = self as unknown as ServiceWorkerGlobalScope

const page = '/app'
const files = SHELL_FILES
const prefix = 'hotline-app-'
const current = `${prefix}${SHELL_VERSION}`

/** How long the network may take to bring the page before the kept one is shown. */
const patienceMilliseconds = 2500

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(current).then((cache) => cache.addAll([page, ...files])))
})

// An older shell is thrown away only when no open page needs it any more.
worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith(prefix) && name !== current)
            .map((name) => caches.delete(name)),
        ),
      ),
  )
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== worker.location.origin) return
  if (request.mode === 'navigate' && pathname === page) event.respondWith(freshPage(request))
  else if (files.includes(pathname)) event.respondWith(keptFile(request))
})

async function keptFile(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: current })) ?? fetch(request)
}

/** The page as the server has it now; the kept one where that does not come, or not in time. */
async function freshPage(request: Request): Promise<Response> {
  const kept = await caches.match(page, { cacheName: current })
  const fresh = fetch(request)
  if (!kept) return fresh
  const late = new Promise<Response>((resolve) => {
    setTimeout(() => resolve(kept), patienceMilliseconds)
  })
  return Promise.race([fresh.catch(() => kept), late])
}
