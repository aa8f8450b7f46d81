// A real Chromium without a window: found on PATH or, as root on Debian, installed; opened on one page of ours and closed when that has reported.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { rolldown } from 'rolldown'
import type { Assignment, Report } from './page.js'

const PAGE = fileURLToPath(new URL('./page.js', import.meta.url))
const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const INSTALL_MS = 240_000
const REPORT_MS = 90_000
/** Nothing but the page: no looking for updates or Google's hosts. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

export interface LightConfig {
  readonly assignment: Assignment
  /** An empty folder for the browser's profile. */
  readonly folder: string
}

export async function lightVerify({ assignment, folder }: LightConfig): Promise<Report> {
  const browser = await findBrowser()
  const script = await bundle()
  const { server, port, reported } = await serve(script, assignment)
  const child = spawn(browser, [...FLAGS, `--user-data-dir=${folder}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
    detached: true,
  })
  try {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`${browser} did not report within ${REPORT_MS / 1_000} s`)), REPORT_MS).unref()
      child.once('exit', (code, signal) => reject(new Error(`${browser} ended by itself (${signal ?? code})`)))
      child.once('error', reject)
    })
    return await Promise.race([reported, late])
  } finally {
    await close(child)
    server.close()
    server.closeAllConnections()
  }
}

async function findBrowser(): Promise<string> {
  const found = onPath()
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get')) {
    process.stderr.write('no Chromium on PATH: installing the distribution package\n')
    const quiet = { timeout: INSTALL_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    await promisify(execFile)('apt-get', ['update', '-q'], quiet).catch(() => undefined)
    await promisify(execFile)('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], quiet).catch(
      () => undefined,
    )
  }
  const installed = onPath()
  if (installed === undefined)
    throw new Error('no browser: neither chromium nor google-chrome is on PATH, and none could be installed')
  return installed
}

function onPath(): string | undefined {
  return NAMES.find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

/** The page with all it imports as one script for browsers; building it fails if anything of Node is in it. */
async function bundle(): Promise<string> {
  const build = await rolldown({ input: PAGE, platform: 'browser', cwd: path.dirname(PAGE), logLevel: 'silent' })
  const { output } = await build.generate({ format: 'esm' })
  await build.close()
  return output[0].code
}

const INDEX = '<!doctype html><meta charset="utf-8"><title>receipts</title><script type="module" src="/page.js"></script>'

async function serve(
  script: string,
  assignment: Assignment,
): Promise<{ server: http.Server; port: number; reported: Promise<Report> }> {
  let tell: ((report: Report) => void) | undefined
  const reported = new Promise<Report>((resolve) => {
    tell = resolve
  })
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/': ['text/html', INDEX],
    '/page.js': ['text/javascript', script],
    '/assignment': ['application/json', JSON.stringify(assignment)],
  }
  const server = http.createServer((request, response) => {
    const answer = answers[request.url ?? '']
    if (answer !== undefined) response.writeHead(200, { 'content-type': answer[0] }).end(answer[1])
    else if (request.url === '/report') {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        response.writeHead(204).end()
        // the border: what our own page sends
        tell?.(JSON.parse(Buffer.concat(parts).toString()) as Report)
      })
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // the border: a listening TCP server has an AddressInfo
  const { port } = server.address() as AddressInfo
  return { server, port, reported }
}

/** Ends the browser with all processes of its group. */
async function close(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGKILL')
  await gone
}
