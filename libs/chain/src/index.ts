// The ledger's rules as pure functions: the browser, the CLI, an auditor and the ledger process check the same bytes with the same code.
export * from './model.js'
