// What tests of several apps share. Only specs and test/ may import this.
export * from './sim-ledger.js'
