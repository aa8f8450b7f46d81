// The key under which a command of settlement has its one effect and answer: its name, who sends it, the sender's own key, and what it asks for.
import type { Actor } from '@huitong/contracts'
import type { CommandKey } from '@huitong/platform'

export function commandKey(
  name: string,
  { actor, idempotencyKey, ...body }: { readonly actor: Actor; readonly idempotencyKey: string },
): CommandKey {
  return { scope: `${name}:${actor.key}`, key: idempotencyKey, body }
}
