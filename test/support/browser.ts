import { existsSync, mkdirSync } from 'node:fs'
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

/** npm's Chromium; on a system without the libraries or fonts it needs, with those it brings. */
async function launchPackaged(): Promise<Browser> {
  // It unpacks itself into the folder for temporary files, where another account's copy may lie.
  const own = join(tmpdir(), `hotline-chromium-${userInfo().uid}`)
  mkdirSync(own, { recursive: true, mode: 0o700 })
  process.env['TMPDIR'] = own
  const { default: packaged, inflate } = await import('@sparticuz/chromium')
  const executablePath = await packaged.executablePath()
  try {
    return await launch(executablePath)
  } catch {
    const libraries = new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))
    await inflate(fileURLToPath(libraries))
    return await launch(executablePath, {
      LD_LIBRARY_PATH: join(tmpdir(), 'al2023/lib'),
      FONTCONFIG_PATH: join(tmpdir(), 'fonts'),
    })
  }
}

/**
 * A Chromium without a window: the one that `CHROMIUM_PATH` names, else one of the system, else the
 * one that npm installed, which needs nothing else but x64 Linux.
 */
export function openBrowser(): Promise<Browser> {
  const found = process.env['CHROMIUM_PATH'] ?? systemBrowsers.find((path) => existsSync(path))
  return found ? launch(found) : launchPackaged()
}
