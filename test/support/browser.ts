import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const launch = (executablePath: string, env: Record<string, string> = {}): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-zygote', '--font-render-hinting=none'],
    env: { ...process.env, ...env },
  })

/**
 * Unpacks npm's Chromium, the libraries and the fonts into a folder of their own; does nothing when they are there.
 * They are unpacked aside and put in place whole, so that no other test file starts half a browser.
 */
async function unpack(): Promise<string> {
  // Another account's copy may lie in the folder for temporary files.
  const place = join(tmpdir(), `hotline-browser-${userInfo().uid}`)
  if (existsSync(place)) return place
  const aside = mkdtempSync(`${place}-`)
  const before = process.env['TMPDIR']
  // The package knows no other way to be told where.
  process.env['TMPDIR'] = aside
  const { default: packaged, inflate } = await import('@sparticuz/chromium')
  await packaged.executablePath()
  const libraries = new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))
  await inflate(fileURLToPath(libraries))
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
  try {
    renameSync(aside, place)
  } catch (cause) {
    if (!existsSync(place)) throw cause
    rmSync(aside, { recursive: true, force: true })
  }
  return place
}

/** npm's Chromium; on a system without the libraries or fonts it needs, with those it brings. */
async function launchPackaged(): Promise<Browser> {
  const place = await unpack()
  const executablePath = join(place, 'chromium')
  try {
    return await launch(executablePath)
  } catch {
    return await launch(executablePath, {
      LD_LIBRARY_PATH: join(place, 'al2023/lib'),
      FONTCONFIG_PATH: join(place, 'fonts'),
    })
  }
}

/** Milliseconds after which what a page has not shown is not late but missing. */
export const patience = 90_000

/**
 * A Chromium without a window: the one that `CHROMIUM_PATH` names, else one of the system, else the
 * one that npm installed, which needs nothing else but x64 Linux.
 */
export function openBrowser(): Promise<Browser> {
  const found = process.env['CHROMIUM_PATH'] ?? systemBrowsers.find((path) => existsSync(path))
  return found ? launch(found) : launchPackaged()
}
