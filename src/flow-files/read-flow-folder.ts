import { constants, type Dirent } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { Finding } from '../voicexml/element.ts'
import { audioFile } from './audio-file.ts'
import { decodeText } from './content-hash.ts'
import { type FileCode, fileFinding } from './file-codes.ts'
import type { AudioFile, FlowFiles } from './flow-files.ts'

/** What a flow folder may hold at most; beyond that a file is refused unread. */
export const limits = {
  files: 10_000,
  folderDepth: 16,
  /** Also the largest document that `readXml` takes. */
  textBytes: 512 * 1024,
  /** Half an hour of A-law. */
  audioBytes: 15 * 1024 * 1024,
} as const

const textKinds = new Set(['.vxml', '.grxml', '.js', '.xml', '.yaml'])

/** Whether a file of a flow folder is read as text; the others are recordings. */
export const isText = (path: string): boolean => textKinds.has(extname(path))

const audioKinds = new Set([
  '.wav',
  '.mp3',
  '.ogg',
  '.oga',
  '.flac',
  '.m4a',
  '.au',
  '.aif',
  '.aiff',
])

/** Golden conversations are tests: they belong to no version. */
const ignoredFolders = new Set(['transcripts', 'node_modules'])

type Draft = {
  readonly texts: Map<string, string>
  readonly audio: Map<string, AudioFile>
  readonly findings: Finding[]
}

/**
 * Reads a flow folder. Names that begin with a dot, `transcripts` folders and files of other kinds are
 * passed over; a link is followed only to a file inside the folder.
 *
 * Rejects only when the folder itself cannot be listed. A file that cannot be taken (too large, not
 * UTF-8, a link that leaves the folder, no permission, not a regular file) is a finding instead.
 */
export const readFlowFolder = async (directory: string): Promise<FlowFiles> => {
  const root = await realpath(directory)
  const draft: Draft = { texts: new Map(), audio: new Map(), findings: [] }
  const paths = await listFiles(root, '', 0, draft)
  if (paths.length > limits.files)
    draft.findings.push(
      fileFinding('.', 'folder-too-large', `the folder has more than ${limits.files} files`),
    )
  for (const path of paths.slice(0, limits.files)) await readInto(draft, root, path)
  return draft
}

const byName = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1)

const entriesOf = async (root: string, folder: string, draft: Draft): Promise<Dirent[]> => {
  try {
    return (await readdir(join(root, folder), { withFileTypes: true })).sort(byName)
  } catch (cause) {
    if (folder === '') throw cause
    draft.findings.push(
      fileFinding(folder, 'unreadable-file', `the folder cannot be listed (${reason(cause)})`),
    )
    return []
  }
}

const reason = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)

const listFiles = async (
  root: string,
  folder: string,
  depth: number,
  draft: Draft,
): Promise<string[]> => {
  if (depth > limits.folderDepth) {
    draft.findings.push(
      fileFinding(folder, 'folder-too-large', `folders are more than ${limits.folderDepth} deep`),
    )
    return []
  }
  const paths: string[] = []
  for (const entry of await entriesOf(root, folder, draft)) {
    if (entry.name.startsWith('.')) continue
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (!entry.isDirectory()) {
      if (limitOf(path) !== null) paths.push(path)
    } else if (!ignoredFolders.has(entry.name))
      paths.push(...(await listFiles(root, path, depth + 1, draft)))
    if (paths.length > limits.files) break
  }
  return paths
}

const limitOf = (path: string): number | null => {
  if (isText(path)) return limits.textBytes
  return audioKinds.has(extname(path)) ? limits.audioBytes : null
}

const readInto = async (draft: Draft, root: string, path: string): Promise<void> => {
  const read = await readBytes(root, path, limitOf(path) ?? 0)
  if ('code' in read) {
    draft.findings.push(fileFinding(path, read.code, read.message))
    return
  }
  const { bytes } = read
  if (!isText(path)) {
    draft.audio.set(path, audioFile(bytes))
    return
  }
  try {
    draft.texts.set(path, decodeText(bytes))
  } catch {
    draft.findings.push(fileFinding(path, 'not-utf-8', 'the file is not UTF-8 text'))
  }
}

type Refusal = { readonly code: FileCode; readonly message: string }

const readBytes = async (
  root: string,
  path: string,
  maxBytes: number,
): Promise<{ bytes: Uint8Array } | Refusal> => {
  try {
    const target = await realpath(join(root, path))
    if (!target.startsWith(root + sep))
      return { code: 'link-outside', message: 'the link leaves the flow folder' }
    // Without waiting: a named pipe would otherwise hold the reader until somebody writes.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW
    const file = await open(target, flags)
    try {
      const facts = await file.stat()
      if (!facts.isFile()) return { code: 'unreadable-file', message: 'this is not a regular file' }
      if (facts.size > maxBytes)
        return {
          code: 'file-too-large',
          message: `the file has ${facts.size} bytes; at most ${maxBytes} are read`,
        }
      return { bytes: await file.readFile() }
    } finally {
      await file.close()
    }
  } catch (cause) {
    return {
      code: 'unreadable-file',
      message: `the file cannot be read (${reason(cause)})`,
    }
  }
}
