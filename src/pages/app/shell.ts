/** Lets the browser keep the page itself, so that it opens without a network; never what is in it. */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // After the page has what it needs: on a weak network the first paint comes first.
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/app/worker.js', { scope: '/app' }).catch(() => undefined)
  })
}
