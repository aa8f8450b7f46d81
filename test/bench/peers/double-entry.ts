// What all hand-written peers do: a double-entry transfer between two accounts of one table, without signatures. Tables, choice of accounts and
// the check that follows every run.
import type { Client } from 'pg'
import { random } from '../workload/plan.js'

export const ACCOUNTS = 100_000
export const HOT_ACCOUNTS = 10
export const OPENING_BALANCE = 1_000_000_000n

export const TABLES = `
  create table account (id int primary key, balance bigint not null check (balance >= 0), version bigint not null default 0);
  create table transfer (
    id bigserial primary key,
    reference uuid not null unique,
    from_id int not null references account (id),
    to_id int not null references account (id),
    amount bigint not null check (amount > 0),
    created_at timestamptz not null default now()
  );
  create table posting (
    id bigserial primary key,
    transfer_id bigint not null references transfer (id),
    account_id int not null references account (id),
    amount bigint not null
  );
  create index on posting (account_id);
  create index on posting (transfer_id);
  create function do_transfer(r uuid, a int, b int, x bigint) returns bigint language plpgsql as $$
  declare t bigint; have bigint;
  begin
    perform 1 from account where id in (a, b) order by id for update;
    select balance into have from account where id = a;
    if have < x then raise exception 'funds'; end if;
    insert into transfer (reference, from_id, to_id, amount) values (r, a, b, x) returning id into t;
    insert into posting (transfer_id, account_id, amount) values (t, a, -x), (t, b, x);
    update account set balance = balance - x, version = version + 1 where id = a;
    update account set balance = balance + x, version = version + 1 where id = b;
    return t;
  end $$;
  insert into account select g, ${OPENING_BALANCE}, 0 from generate_series(1, ${ACCOUNTS}) g;`

/** Pairs of different accounts among the first `accounts`, seeded. */
export function pairs(seed: number, accounts: number): () => readonly [from: number, to: number] {
  const next = random(seed)
  return () => {
    const from = 1 + (next() % accounts)
    const to = 1 + ((from + (next() % (accounts - 1))) % accounts)
    return [from, to]
  }
}

export interface PeerConfig {
  readonly databaseUrl: string
  readonly clients: number
  readonly ms: number
  readonly seed: number
  /** Accounts that transfers go between. */
  readonly accounts: number
}

export interface PeerFigures {
  readonly done: number
  readonly perSecond: number
  /** CPU seconds of the client process. */
  readonly cpuSeconds: number
}

/** Runs `transfer` on so many clients until the time is over; counts what was acknowledged. */
export async function drive(
  config: PeerConfig,
  transfer: (client: number, from: number, to: number) => Promise<void>,
): Promise<PeerFigures> {
  const next = pairs(config.seed, config.accounts)
  const cpu = process.cpuUsage()
  const begun = performance.now()
  let done = 0
  const client = async (number: number): Promise<void> => {
    while (performance.now() - begun < config.ms) {
      const [from, to] = next()
      await transfer(number, from, to)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: config.clients }, (_, number) => client(number)))
  const used = process.cpuUsage(cpu)
  return { done, perSecond: done / ((performance.now() - begun) / 1_000), cpuSeconds: (used.user + used.system) / 1e6 }
}

/** A sentence that says what does not add up in a peer's books, or undefined. */
export async function booksProblem(client: Client, acknowledged: number): Promise<string | undefined> {
  const { rows } = await client.query<{ total: string; transfers: string; postings: string; sum: string | null }>(`
    select (select sum(balance) from account) as total, (select count(*) from transfer) as transfers,
           (select count(*) from posting) as postings, (select sum(amount) from posting) as sum`)
  const [books] = rows
  if (books === undefined) return 'no books'
  if (BigInt(books.total) !== OPENING_BALANCE * BigInt(ACCOUNTS)) return `balances add up to ${books.total}`
  if (Number(books.transfers) < acknowledged) return `${acknowledged} transfers were acknowledged, ${books.transfers} are there`
  if (Number(books.postings) !== 2 * Number(books.transfers) || BigInt(books.sum ?? '0') !== 0n) return 'postings do not balance'
  return undefined
}
