// `huitong wallet`: keys of this machine's holders. Words are shown on a terminal once, or when asked for by name; never in a pipe by accident.
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type Language, newMnemonic, systemClock, systemEntropy } from '@huitong/sdk'
import { accountIdOf } from '@huitong/chain'
import type { PublicKey } from '@huitong/primitives'
import { accountIn, iso, unlocked, walletsOf, withDesk } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import type { Output } from '../output.js'
import { askHidden, newPassphraseFor } from '../wallet/passphrase.js'
import { type OpenWallet, type WalletCard, cardAddress } from '../wallet/wallet-file.js'
import { example, outputOf } from './globals.js'

export function walletCommand(program: Command): void {
  const wallet = program.command('wallet').description('keys and addresses kept on this machine, under a passphrase')
  create(wallet)
  list(wallet)
  show(wallet)
  restore(wallet)
}

function create(wallet: Command): void {
  example(
    wallet
      .command('create <name>')
      .description('24 new words and the account that grows from them; the words are shown once')
      .option('--language <en|zh>', 'language of the words', 'en')
      .option('--show-words', 'print the words although nobody sits at a terminal'),
    'huitong wallet create lin',
    'HUITONG_PASSPHRASE=… huitong wallet create lin --language zh --show-words --json',
  ).action(async (name: string, options: { language: string; showWords?: boolean }, command: Command) => {
    const output = outputOf(command)
    const wallets = walletsOf(command)
    const shown = options.showWords === true || (process.stdout.isTTY && !output.json)
    if (!shown)
      throw new CommandFailure(
        EXIT.usage,
        'words_unseen',
        'nobody would see the 24 words, and without them a lost file is a lost wallet: add --show-words and write them down',
      )
    if (wallets.exists(name)) throw new CommandFailure(EXIT.usage, 'wallet_exists', `a wallet named ${name} exists already`)
    const words = newMnemonic(systemEntropy, languageOf(options.language))
    const made = await wallets.create({ name, words, at: iso(systemClock.now()) }, await newPassphraseFor(name))
    output.emit(
      { ...factsOf(made.card), file: wallets.fileOf(name), words },
      [
        `wallet ${name}: ${cardAddress(made.card)}`,
        `  kept in ${wallets.fileOf(name)}, encrypted`,
        '',
        ...numbered(words),
        '',
        'Write the words on paper now. Whoever has them has the money; without them and the passphrase nobody has.',
        `Next: huitong party create --wallet ${name} --name "…"; huitong account open --wallet ${name} --ledger shanxi`,
      ].join('\n'),
    )
    output.summary({ ok: true })
  })
}

function list(wallet: Command): void {
  wallet
    .command('list')
    .description('the wallets of the data folder')
    .action((_options: object, command: Command) => {
      const output = outputOf(command)
      const cards = walletsOf(command).list()
      if (cards.length === 0) output.say('no wallets yet; make one: huitong wallet create NAME')
      else
        output.table(
          [
            { key: 'name', title: 'wallet' },
            { key: 'address', title: 'address' },
            { key: 'key', title: 'key', align: 'right' },
            { key: 'party', title: 'party' },
          ],
          cards.map(factsOf),
        )
      output.summary({ ok: true, wallets: cards.length })
    })
}

function show(wallet: Command): void {
  example(
    wallet
      .command('show <name>')
      .description('address, keys and recovery of a wallet')
      .option('--show-words', 'also the 24 words (asks for the passphrase)'),
    'huitong wallet show lin',
  ).action(async (name: string, options: { showWords?: boolean }, command: Command) => {
    const output = outputOf(command)
    const card = walletsOf(command).card(name)
    const words = options.showWords === true ? (await unlocked(command, name)).words : undefined
    output.emit({ ...factsOf(card), ...(words === undefined ? {} : { words }) }, textOf(card, words))
    output.summary({ ok: true })
  })
}

function restore(wallet: Command): void {
  example(
    wallet
      .command('restore <name>')
      .description('a wallet from its 24 words, typed or from a file; finds rotated keys if you name a ledger')
      .option('--words <file>', 'a file with the words, - for standard input (default: typed without echo)')
      .option('--ledger <ledger>', 'look up which of the keys the account has now')
      .option('--address <address>', 'the account, where it names recovery institutions'),
    'huitong wallet restore lin --ledger shanxi',
  ).action(async (name: string, options: { words?: string; ledger?: string; address?: string }, command: Command) => {
    const output = outputOf(command)
    const wallets = walletsOf(command)
    if (options.address !== undefined && options.ledger === undefined)
      throw new CommandFailure(EXIT.usage, 'ledger_missing', '--address needs --ledger: the account is looked up there')
    const words = (await typedWords(options.words)).trim().normalize('NFKD').split(/\s+/).join(' ')
    const made = await wallets.create({ name, words, at: iso(systemClock.now()) }, await newPassphraseFor(name))
    if (options.ledger !== undefined)
      await followRotations(command, output, made, { ledger: options.ledger, address: options.address })
    output.emit({ ...factsOf(made.card), file: wallets.fileOf(name) }, textOf(made.card, undefined))
    output.summary({ ok: true })
  })
}

/** Takes policy and key from the ledger where the account is open, as far as this wallet's keys are in it. */
async function followRotations(
  command: Command,
  output: Output,
  wallet: OpenWallet,
  where: { readonly ledger: string; readonly address: string | undefined },
): Promise<void> {
  const id = where.address === undefined ? wallet.account.id : accountIn(where.address)
  await withDesk(command, async ({ hub }) => {
    const state = await (await hub.ledger(where.ledger)).account(id)
    if (state === undefined) return output.note(`the account is not open on ${where.ledger}`)
    const [key] = state.current.keys
    const index = key === undefined ? undefined : wallet.indexOf(key)
    if (accountIdOf(state.policy) !== id || index === undefined)
      throw new CommandFailure(EXIT.failed, 'account_of_others', `these words have none of the first 100 keys of that account`)
    await wallet.update({ policy: state.policy, index, opened: true })
  })
}

async function typedWords(file: string | undefined): Promise<string> {
  if (file === undefined) return askHidden('the 24 words: ')
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch {
    throw new CommandFailure(EXIT.usage, 'file_unreadable', `cannot read ${file}`)
  }
}

function languageOf(text: string): Language {
  if (text === 'en' || text === 'zh') return text
  throw new CommandFailure(EXIT.usage, 'language_unknown', `words come in en or zh, not in ${text}`)
}

const factsOf = (card: WalletCard) => ({
  name: card.name,
  address: cardAddress(card),
  key: card.index,
  opened: card.opened,
  party: card.party,
  recovery: card.policy.quorum > 0 ? `${card.policy.quorum} of ${card.policy.authorities.length}` : undefined,
})

function textOf(card: WalletCard, words: string | undefined): string {
  const { policy } = card
  const keys: readonly PublicKey[] = policy.keys
  return [
    `wallet ${card.name}`,
    `  address   ${cardAddress(card)}${card.opened ? '' : ' (not open on any ledger yet)'}`,
    `  key       number ${card.index}${card.index === 0 ? ` ${keys[0] ?? ''}` : ', after as many rotations'}`,
    `  party     ${card.party ?? 'none: huitong party create'}`,
    `  recovery  ${policy.quorum > 0 ? `${policy.quorum} of ${policy.authorities.length} institutions` : 'none: only the 24 words bring it back'}`,
    ...(words === undefined ? [] : ['', ...numbered(words)]),
  ].join('\n')
}

const numbered = (words: string): string[] => {
  const each = words.split(' ').map((word, index) => `${String(index + 1).padStart(4)} ${word.padEnd(10)}`)
  return Array.from({ length: Math.ceil(each.length / 6) }, (_, row) =>
    each
      .slice(6 * row, 6 * row + 6)
      .join('')
      .trimEnd(),
  )
}
