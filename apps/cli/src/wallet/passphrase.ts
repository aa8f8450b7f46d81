// Asking a person for a secret without showing it. Never takes a secret from the command line, where other users and the history would see it.
import { CommandFailure, EXIT } from '../exit-code.js'

/** The passphrase of a wallet: HUITONG_PASSPHRASE, or typed on a terminal without echo. */
export async function passphraseFor(name: string): Promise<string> {
  const given = process.env['HUITONG_PASSPHRASE']
  if (given !== undefined && given !== '') return given
  return askHidden(`passphrase of wallet ${name}: `)
}

/** A new passphrase, typed twice on a terminal. */
export async function newPassphraseFor(name: string): Promise<string> {
  const given = process.env['HUITONG_PASSPHRASE']
  if (given !== undefined && given !== '') return strong(given)
  const first = strong(await askHidden(`new passphrase for wallet ${name} (at least 8 characters): `))
  const second = await askHidden('the same again: ')
  if (first !== second)
    throw new CommandFailure(EXIT.usage, 'passphrase_differs', 'the two passphrases differ; nothing was written')
  return first
}

function strong(passphrase: string): string {
  if (passphrase.length >= 8) return passphrase
  throw new CommandFailure(EXIT.usage, 'passphrase_short', 'a passphrase needs at least 8 characters; nothing was written')
}

/** A line typed on the terminal with nothing shown. */
export async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process
  if (!stdin.isTTY)
    throw new CommandFailure(EXIT.usage, 'passphrase_missing', 'no terminal to ask on: give the passphrase in HUITONG_PASSPHRASE')
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  try {
    return await typedLine(stdin)
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

function typedLine(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let line: string[] = []
    const heard = (chunk: string): void => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') return finish(() => resolve(line.join('')))
        if (key === '\u0003' || key === '\u0004')
          return finish(() => reject(new CommandFailure(EXIT.usage, 'interrupted', 'given up; nothing was done')))
        if (key === '\u007f' || key === '\b') line.pop()
        else if (key === '\u0015') line = []
        else if (key >= ' ') line.push(key)
      }
    }
    const finish = (then: () => void): void => {
      stdin.off('data', heard)
      then()
    }
    stdin.on('data', heard)
    stdin.resume()
  })
}
