// What tests of several apps share. Only specs and test/ may import this.
export * from './ledger-answers.js'
export * from './person.js'
export * from './sim-ledger.js'
