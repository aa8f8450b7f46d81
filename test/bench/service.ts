// What a parent and a child process of the bench say to each other, and what a service is.
export type TaskMessage =
  | { readonly kind: 'start'; readonly config: unknown }
  | { readonly kind: 'ready' | 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'proceed' }

/** A service: says `ready` once, may wait for `told` (to begin, or to end), answers what it has to say in the end. */
export type Service<Config, Ready, Done> = (
  config: Config,
  life: { ready(value: Ready): void; readonly told: Promise<void> },
) => Promise<Done>
