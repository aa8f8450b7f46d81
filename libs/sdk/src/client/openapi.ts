export interface paths {
  '/v1/hub': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Hub id, ledgers and terms. */
    get: operations['hub.facts']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Every ledger of the hub, with chain id, genesis and status. */
    get: operations['ledger.list']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One ledger. */
    get: operations['ledger.ledger']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/storage': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** What it takes on disk, and how far it was pruned. */
    get: operations['ledger.storage']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/prunings': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Lets the bytes of old transactions leave the disk that moved coins only and have nothing unspent left. Headers, proofs of the rest and the
     *     search tables stay. Goes on in the background.
     */
    post: operations['ledger.prune']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/rulebook': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The version of its rulebook that is in force. */
    get: operations['ledger.rulebook']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/blocks': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Blocks from a height upward. */
    get: operations['block.list']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/blocks/{height}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One block with its transactions. */
    get: operations['block.block']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/headers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Headers from a height upward, for light clients. */
    get: operations['block.headers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/transactions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Submits signed transactions and answers when they are durable or refused, one outcome each. The id is the key: sending the same bytes
     *     again is safe and answers `replayed`. An Idempotency-Key is accepted and changes nothing.
     */
    post: operations['transaction.submit']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/transactions/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** A committed transaction. */
    get: operations['transaction.transaction']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/transactions/{id}/receipt': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Its receipt, which anyone can verify offline. */
    get: operations['transaction.receipt']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/accounts/{address}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Who controls an account. */
    get: operations['account.account']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/accounts/{address}/standing': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** How it stands under the ledger's rules: tier, freezes, and what counts against limits per day. */
    get: operations['account.standing']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/accounts/{address}/coins': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Its unspent coins, in a stable order. */
    get: operations['account.coins']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/accounts/{address}/balances': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Its balances now, or as of a height. */
    get: operations['account.balances']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/accounts/{address}/statement': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** What changed its balances between two heights or times, with the balances before and after. */
    get: operations['account.statement']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/accounts/{address}/party': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The party it is bound to. */
    get: operations['account.party']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/coins/{coordinate}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** A coin, spent or not. */
    get: operations['coin.coin']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/coins/{coordinate}/proof': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** A coin, the receipt of the transaction that made it, and the ledger's time: what has to be looked at before a secret is shown. */
    get: operations['coin.proof']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/coins/{coordinate}/history': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Where a coin comes from, or where it went: coins and the transactions between them. */
    get: operations['coin.history']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/journal': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Every transaction as a journal entry whose postings sum to zero per asset. */
    get: operations['journal.journal']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/index-check': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Has the ledger compare a run of its search tables, row by row, with its blocks. */
    get: operations['journal.checkIndex']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/assets': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Every asset of the ledger. */
    get: operations['asset.list']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/assets/{asset}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One asset. */
    get: operations['asset.asset']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/ledgers/{ledger}/assets/{asset}/freezes': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Who is frozen for it. */
    get: operations['asset.freezes']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/offers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Offers, newest last. */
    get: operations['offer.list']
    put?: never
    /** Publishes a signed offer of a provider. */
    post: operations['offer.create']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/offers/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One offer. */
    get: operations['offer.offer']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/offers/{id}/state': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Pauses or resumes an offer. */
    post: operations['offer.setState']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/liquidity': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Opens the managed account behind a provider's offers, once per provider, on every ledger. */
    post: operations['liquidity.open']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/prices': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** What active offers would give for a pair and amount now, best first. Nothing is reserved: ask for a quote. */
    get: operations['price.list']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/quotes': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Asks for a firm price; liquidity is reserved until it expires. */
    post: operations['quote.create']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/quotes/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One quote. */
    get: operations['quote.quote']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/conversions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Conversions that the caller may see. */
    get: operations['conversion.list']
    put?: never
    /** Starts a conversion at an open quote. The payer then locks leg A on its ledger as the answer says. */
    post: operations['conversion.create']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/conversions/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One conversion. */
    get: operations['conversion.conversion']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/swaps': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Swaps that the caller may see. */
    get: operations['swap.list']
    put?: never
    /** Proposes a swap to a counterparty. */
    post: operations['swap.create']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/swaps/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One swap. */
    get: operations['swap.swap']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/swaps/{id}/accept': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Accepts as the counterparty; the answer says what to lock and by when. */
    post: operations['swap.accept']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/swaps/{id}/cancel': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Gives the swap up before anything is locked. */
    post: operations['swap.cancel']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Orders that the caller may see. */
    get: operations['order.list']
    put?: never
    /** Drafts an order; both sides then agree to its terms. */
    post: operations['order.create']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One order. */
    get: operations['order.order']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/agree': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The buyer, or a merchant, agrees to the terms by signature. */
    post: operations['order.agree']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/ship': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The merchant has shipped a milestone. */
    post: operations['order.ship']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/delivered': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A carrier's signature that a milestone was delivered: starts the inspection window. */
    post: operations['order.delivered']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/split': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Consents to a split of a milestone between buyer and merchant. */
    post: operations['order.split']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/accept': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The buyer accepts what came; the money follows on the buyer's signature, on the ledger. */
    post: operations['order.accept']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/reject': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The buyer does not keep what came: the clock is stopped, and the goods may go back. Answers the dispute with its return. */
    post: operations['order.reject']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/refunds': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Asks for part of a milestone's money back, by either side. */
    post: operations['order.requestRefund']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/refunds/{refund}/answer': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The other side agrees to a refund, or declines it. An agreed one is pursued until it is final. */
    post: operations['order.answerRefund']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/payments': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The merchant takes a coin that is on hold as it is, or has it go back to its payer. */
    post: operations['order.decidePayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/orders/{id}/cancel': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Gives an order up before it is funded. */
    post: operations['order.cancel']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Disputes that the caller may see. */
    get: operations['dispute.list']
    put?: never
    /** Opens a dispute over a milestone: the arbiter stops its clock. */
    post: operations['dispute.open']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One dispute. */
    get: operations['dispute.dispute']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/messages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A message, with the hash of a file if one belongs to it. */
    post: operations['dispute.say']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/offers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Offers a division to the other side: first without signatures, which gives the body, then with them. */
    post: operations['dispute.offer']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/offers/{offer}/answer': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Accepts an offer by signing its body, declines it, or withdraws one's own. */
    post: operations['dispute.answerOffer']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/appeals': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Appeals a ruling, once, before it is in force: two other operators decide. */
    post: operations['dispute.appeal']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/acceptances': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A party will not appeal. In force at once when nobody is left who could want another ruling. */
    post: operations['dispute.acceptRuling']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/return': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The next step of goods on their way back. */
    post: operations['dispute.stepReturn']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/rulings': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** An operator proposes a ruling, which fixes the body to be signed. */
    post: operations['dispute.rule']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/signatures': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** An operator signs the proposed ruling; it is executed once two have. */
    post: operations['dispute.sign']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/evidence': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Hands a file in: the body is the file, Content-Type says what it is. At most 16 MiB; its SHA-256 stands in the case. */
    post: operations['evidence.add']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/disputes/{id}/evidence/{evidence}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** A file of the case, for its sides and for operators. Every look is logged. */
    get: operations['evidence.read']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/parties': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Registers a party; the answer holds its first API key. */
    post: operations['party.create']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/parties/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One party. */
    get: operations['party.party']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/parties/{id}/accounts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Binds an account on a ledger to the party, on its keys' proof. */
    post: operations['party.bind']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/parties/{id}/person': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Personal data, for the party itself and people on duty; every look is on the audit log. */
    get: operations['party.person']
    put?: never
    post?: never
    /** Erases the personal data for ever. Accounts and deals stay: they never held any. */
    delete: operations['party.erase']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/carriers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Registers a carrier or device by its public key. */
    post: operations['carrier.register']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/carriers/{publicKey}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The carrier of a public key. */
    get: operations['carrier.carrier']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operators': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The operators on duty. */
    get: operations['operator.list']
    put?: never
    /** Registers an operator by public key; the answer holds its API key. */
    post: operations['operator.register']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/alarms': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** What waits for a person's look, newest first: offers that run dry, refunds that do not come through, deals that no rule ends, closed ledgers. */
    get: operations['alarm.list']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/api-keys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Makes an API key with scopes that the caller has; the secret is in this answer only. */
    post: operations['apiKey.create']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/api-keys/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Revokes an API key; it stops working within five seconds. */
    delete: operations['apiKey.revoke']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/recoveries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Opens a case over every ledger on which the party has the account open. */
    post: operations['recovery.open']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/recoveries/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One case. */
    get: operations['recovery.recovery']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/recoveries/{id}/approvals': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** An authority's signatures over the proposals. */
    post: operations['recovery.approve']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Changes of deals that the caller may see, in order, as they happen. Resumes after Last-Event-ID. Each `data` is an EventDto. */
    get: operations['event.stream']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/audit/invariants': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Checks every invariant now. */
    get: operations['audit.invariants']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/audit/entries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The log of operator and system decisions, hash-chained. */
    get: operations['audit.entries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/reserves': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Per ledger and asset, where everything issued is. */
    get: operations['reserve.list']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/sandbox/clock': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** What time it is on every ledger. */
    get: operations['sandbox.clock']
    put?: never
    /** Moves every ledger's clock forward, then the hub's. Only on a sandbox hub. */
    post: operations['sandbox.move']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/health': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Every service and its checks. Always 200: `ready` tells. */
    get: operations['health.report']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/health/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The edge itself runs. */
    get: operations['health.live']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/health/ready': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** 200 when every service is ready, else 503. */
    get: operations['health.ready']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The edge's own measurements. */
    get: operations['metrics.own']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/metrics/{service}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Those of one service: `settlement`, `ledger-east`. */
    get: operations['metrics.service']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    ProblemDto: {
      /** @description `urn:huitong:problem:` and the code. */
      type: string
      /** @description What the code means, one sentence. */
      title: string
      /** @description HTTP status, the same as the response's. */
      status: number
      /** @description Stable code of the closed list in docs/errors.md. */
      code: string
      /** @description Path of the request. */
      instance: string
      /** @description What is wrong in this case. */
      detail?: string
      /** @description The first field at fault. */
      field?: string
    }
    TermsDto: {
      arbiter: string
      feeAccount: string
      /** @description Parts per million of what the merchant gets. */
      feePpm: number
      quoteTtlMs: number
      skewMs: number
      marginMs: number
      outageMs: number
      transitMs: number
      longestDisputeMs: number
    }
    HubDto: {
      /** @description Hub id: signing domain of statements. */
      hub: string
      sandbox: boolean
      /** @description Names of the ledgers. */
      ledgers: string[]
      terms: components['schemas']['TermsDto']
    }
    LedgerStatusDto: {
      /** Format: date-time */
      time: string
      /**
       * Format: date-time
       * @description The time that the next block would carry.
       */
      now: string
      /** @description Height and time of the last durable block; 0 and the genesis time before the first. */
      height: number
      /** @description Heights that are not searchable by account or history yet. */
      indexLag: number
      /** @description Milliseconds from admission to durable, median of the last minutes. */
      finalityP50Ms: number
      /** @description The same, 99th percentile. */
      finalityP99Ms: number
    }
    LedgerDto: {
      ledger: string
      /** @description SHA-256 of the genesis document; absent while the ledger does not answer. */
      chain?: string
      /** @description The genesis document's exact text: hash it to check the chain id. */
      genesis?: string
      /** @description A sandbox ledger's clock can be moved. */
      sandbox?: boolean
      /** @description Absent while the ledger does not answer. */
      status?: components['schemas']['LedgerStatusDto']
    }
    LedgerListDto: {
      items: components['schemas']['LedgerDto'][]
    }
    StorageDto: {
      /** @description Blocks, and what is kept of pruned ones. */
      blocksBytes: number
      /** @description The search tables, which can be filled again from the blocks as far as these are not pruned. */
      indexBytes: number
      /** @description The state that was kept in the database when blocks were pruned. */
      baseBytes: number
      snapshotBytes: number
      /** @description In the search tables. */
      transactions: number
      blocksBytesPerTransaction: number
      indexBytesPerTransaction: number
      /** @description Where the last run of pruning stands; `pruneTarget` once it is through. */
      prunedTo: number
      pruneTarget: number
      /** @description Transactions whose bytes have left the disk. */
      prunedTransactions: number
    }
    PruneDto: {
      /** @description The newest blocks that are not touched. */
      keep: number
    }
    PruningDto: {
      prunedTo: number
      pruneTarget: number
    }
    TierLimitDto: {
      perTransaction?: string
      /** @description In any 24 hours of ledger time. */
      perDay?: string
      tier: number
    }
    TaxDto: {
      to: string
      ppm: number
    }
    AssetRulesDto: {
      asset: string
      /** @description Every account that pays, is paid or is named in a lock needs this tier. 0: anybody. */
      tier: number
      limits: components['schemas']['TierLimitDto'][]
      /** @description Addresses; if there are any, one of them is on one side of every payment. */
      counterparties: string[]
      tax?: components['schemas']['TaxDto']
    }
    RulebookDto: {
      /** @description Sets new versions and tiers, registers assets; absent: nobody sets them, and any account may register assets. */
      registrar?: string
      version: number
      /** @description ISO 3166 country and ISO 4217 currency; ZZ and XXX: none. */
      jurisdiction: string
      currencyZone: string
      /** @description A hash lock's expiry and an escrow's latest deadline lie at most this far ahead. */
      lockMaxMs: number
      /** @description An escrow's fee is at most this many millionths of its amount. */
      feeShareMaxPpm: number
      /** @description No account may be opened with a shorter recovery delay. */
      recoveryDelayMinMs: number
      /** @description Rules for assets; one that is not here moves freely. */
      assets: components['schemas']['AssetRulesDto'][]
    }
    BlockDto: {
      /** @description The block's hash. */
      hash: string
      /** @description The ledger's sealing key over the header's hash. */
      seal: string
      chain: string
      /** @description Hash of the block before; the chain id for the first. */
      previous: string
      /** @description RFC 6962 Merkle root over the transactions. */
      root: string
      /** Format: date-time */
      time: string
      /** @description The transactions' bytes in hexadecimal, in order. */
      transactions: string[]
      height: number
      /** @description Canonical bytes of the header in hexadecimal: what hash and seal cover. */
      header: string
      /** @description How many transactions, and how many bytes they have. */
      transactionCount: number
      size: number
      sandbox: boolean
    }
    BlockPageDto: {
      items: components['schemas']['BlockDto'][]
      /** @description `from` of the next page; absent at the head. */
      next?: number
      /** @description The ledger's last durable height. */
      height: number
    }
    HeaderDto: {
      /** @description The block's hash. */
      hash: string
      /** @description The ledger's sealing key over the header's hash. */
      seal: string
      chain: string
      /** @description Hash of the block before; the chain id for the first. */
      previous: string
      /** @description RFC 6962 Merkle root over the transactions. */
      root: string
      /** Format: date-time */
      time: string
      height: number
      /** @description Canonical bytes of the header in hexadecimal: what hash and seal cover. */
      header: string
      /** @description How many transactions, and how many bytes they have. */
      transactionCount: number
      size: number
      sandbox: boolean
    }
    HeaderPageDto: {
      items: components['schemas']['HeaderDto'][]
      /** @description `from` of the next page; absent at the head. */
      next?: number
      /** @description The ledger's last durable height. */
      height: number
    }
    SubmitTransactionsDto: {
      /** @description Canonical bytes of one signed transaction in hexadecimal. */
      transaction?: string
      /** @description Canonical bytes of up to 1,000 signed transactions in hexadecimal. */
      transactions?: string[]
      /** @description true: each transaction that is in a block is answered with its receipt, as far as an answer has room. */
      receipts?: boolean
    }
    ReceiptDto: {
      chain: string
      seal: string
      /** @enum {string} */
      format: 'huitong-receipt-1'
      /** @description The whole transaction in hexadecimal. */
      transaction: string
      index: number
      /** @description RFC 6962 audit path, hashes in hexadecimal. */
      path: string[]
      /** @description Canonical header in hexadecimal. */
      header: string
    }
    OutcomeDto: {
      /** @description The transaction's id; absent only where the bytes are no transaction. */
      id?: string
      /**
       * @description `committed`: durable at `height`, `index`. `replayed`: it was committed before, at `height`, `index`. `refused`: not in any block, by
       *     `code`. `unknown`: it may be committed or not: send the same bytes again.
       * @enum {string}
       */
      outcome: 'committed' | 'refused' | 'replayed' | 'unknown'
      /** @description Why it was refused (docs/ledger-codes.md), or `queue_full`, `stopping`, `unavailable`: it was not even looked at. */
      code?: string
      detail?: string
      height?: number
      index?: number
      /** @description Only if asked for. */
      receipt?: components['schemas']['ReceiptDto']
    }
    OutcomeListDto: {
      items: components['schemas']['OutcomeDto'][]
    }
    PathDto: {
      /** @description release, refund: the part. */
      amount?: string
      /** @description agree, rule: to the payee, before the fee. */
      toPayee?: string
      /**
       * Format: date-time
       * @description hold: the new deadline.
       */
      deadline?: string
      /** @enum {string} */
      kind:
        'agree' | 'cancel' | 'claim' | 'clawback' | 'code' | 'default' | 'expire' | 'hold' | 'own' | 'refund' | 'release' | 'rule'
      /**
       * @description hold: the new default; absent: unchanged.
       * @enum {string}
       */
      default?: 'refund' | 'release'
      /** @description hold: the delivery code stops to count. */
      dropDeliveryHash?: boolean
    }
    InputDto: {
      /** @description Its coordinate. */
      coin: string
      path: components['schemas']['PathDto']
    }
    ConditionDto: {
      /** @description account, timeLock: the owner. */
      account?: string
      /**
       * Format: date-time
       * @description timeLock: spendable from this ledger time on.
       */
      until?: string
      /** @description hashLock: SHA-256 of the 32-byte preimage. */
      hash?: string
      /** @description hashLock: is paid against the preimage before `expiry`. */
      claimant?: string
      /** @description hashLock: is paid from `expiry` on. */
      refundee?: string
      /** Format: date-time */
      expiry?: string
      /** @description escrow: 16 bytes in hexadecimal. */
      order?: string
      payer?: string
      payee?: string
      arbiter?: string
      /** @description escrow: fee for the whole coin, taken from what the payee gets. */
      fee?: string
      feeTo?: string
      /**
       * Format: date-time
       * @description escrow: from here on only `default` can happen.
       */
      deadline?: string
      /**
       * Format: date-time
       * @description escrow: no hold may move the deadline beyond this.
       */
      latest?: string
      /** @description escrow: SHA-256 of the delivery code. */
      deliveryHash?: string
      /** @description The canonical encoding in hexadecimal. */
      canonical: string
      /** @enum {string} */
      kind: 'account' | 'escrow' | 'hashLock' | 'multi' | 'timeLock'
      /** @description multi: how many of `accounts` must sign. */
      m?: number
      /** @description multi: addresses. */
      accounts?: string[]
      milestone?: number
      /** @enum {string} */
      default?: 'refund' | 'release'
      paired?: boolean
      held?: boolean
    }
    OutputDto: {
      /** @description Of the new coin. */
      coordinate: string
      asset: string
      amount: string
      condition: components['schemas']['ConditionDto']
    }
    AssetPowersDto: {
      freeze: boolean
      clawback: boolean
    }
    PolicyDto: {
      /** @description Addresses of the institutions that may propose new keys. */
      authorities: string[]
      /** @description How many of the authorities must sign a proposal; 0: no recovery. */
      quorum: number
      /** @description How long the current keys can cancel a proposal, in milliseconds. */
      delayMs: number
      /** @description Ed25519 public keys in hexadecimal, strictly ascending. */
      keys: string[]
      threshold: number
    }
    KeySetDto: {
      /** @description Ed25519 public keys in hexadecimal, strictly ascending. */
      keys: string[]
      threshold: number
    }
    RulebookChangeDto: {
      version: number
      /** @description A hash lock's expiry and an escrow's latest deadline lie at most this far ahead. */
      lockMaxMs: number
      /** @description An escrow's fee is at most this many millionths of its amount. */
      feeShareMaxPpm: number
      /** @description No account may be opened with a shorter recovery delay. */
      recoveryDelayMinMs: number
      /** @description Rules for assets; one that is not here moves freely. */
      assets: components['schemas']['AssetRulesDto'][]
    }
    RecoveryTermsDto: {
      /** @description Addresses. */
      authorities: string[]
      quorum: number
      delayMs: number
    }
    OperationDto: {
      asset?: string
      amount?: string
      maxSupply?: string
      issuer?: string
      /** @description freeze, unfreeze: absent if the asset as a whole is meant. */
      account?: string
      /** @description anchor: what is written into the ledger for ever. */
      hash?: string
      /** @enum {string} */
      kind:
        | 'anchor'
        | 'burn'
        | 'cancelRecovery'
        | 'changeRecovery'
        | 'clawback'
        | 'finaliseRecovery'
        | 'freeze'
        | 'issue'
        | 'openAccount'
        | 'proposeRecovery'
        | 'registerAsset'
        | 'rotate'
        | 'setRulebook'
        | 'setTier'
        | 'unfreeze'
      sequence?: number
      scale?: number
      powers?: components['schemas']['AssetPowersDto']
      /** @description openAccount: the policy whose hash is the new address. */
      policy?: components['schemas']['PolicyDto']
      /** @description rotate, proposeRecovery: the new keys. */
      keys?: components['schemas']['KeySetDto']
      /** @description setRulebook: the version that begins, and what it says. */
      rulebook?: components['schemas']['RulebookChangeDto']
      /** @description changeRecovery: who may recover the account after the old delay. */
      terms?: components['schemas']['RecoveryTermsDto']
      /** @description setTier: how well the account's owner is known, 0 to 7. */
      tier?: number
    }
    KeySignatureDto: {
      signature: string
      /** @description Position of the key in the account's current key set. */
      key: number
    }
    TransactionDto: {
      id: string
      /**
       * Format: date-time
       * @description Of the block.
       */
      time: string
      /** Format: date-time */
      validUntil: string
      /** @description Made by the client, 8 bytes in hexadecimal. */
      reference: string
      /** @description Canonical bytes in hexadecimal. */
      bytes: string
      height: number
      index: number
      inputs: components['schemas']['InputDto'][]
      outputs: components['schemas']['OutputDto'][]
      operations: components['schemas']['OperationDto'][]
      /** @description Bytes in hexadecimal; UTF-8 text where people wrote it. */
      memo: string
      signatures: components['schemas']['KeySignatureDto'][][]
      /** @description Secrets that open hash locks and delivery codes. */
      preimages: string[]
    }
    PendingRecoveryDto: {
      /** Format: date-time */
      proposedAt: string
      /**
       * Format: date-time
       * @description From this ledger time on anyone may finalise.
       */
      end: string
      keys: components['schemas']['KeySetDto']
    }
    PendingChangeDto: {
      /**
       * Format: date-time
       * @description They are in force once a block of this ledger time or later has closed.
       */
      from: string
      terms: components['schemas']['RecoveryTermsDto']
    }
    AccountDto: {
      account: string
      /** @description As first opened; its hash is the address. */
      policy: components['schemas']['PolicyDto']
      /** @description Keys that sign for it now. */
      current: components['schemas']['KeySetDto']
      /** @description Next sequence number of an operation on the account. */
      sequence: number
      recovery?: components['schemas']['PendingRecoveryDto']
      /** @description Who may recover the account now, where that is no longer what its first policy says. */
      terms?: components['schemas']['RecoveryTermsDto']
      change?: components['schemas']['PendingChangeDto']
    }
    CountedDto: {
      asset: string
      amount: string
    }
    StandingDto: {
      account: string
      /** @description How well its owner is known, 0 to 7, as the registrar last said. */
      tier: number
      /** @description Sequence number of the registrar's next word on it. */
      tierSequence: number
      /** @description Codes of the assets for which this very account is frozen. */
      frozen: string[]
      /** @description What counts now against limits per day, of the assets that have one. */
      counted: components['schemas']['CountedDto'][]
      /** @description Version of the rulebook in force. */
      rulebook: number
    }
    SpendDto: {
      transaction: string
      /** @description Position of the input. */
      input: number
      height: number
    }
    CoinDto: {
      /** @description The coin's identity: a hash of its whole history. */
      coordinate: string
      asset: string
      amount: string
      /** @description The transaction that made it, and the position of the output there. */
      transaction: string
      condition: components['schemas']['ConditionDto']
      index: number
      height: number
      /** @description Absent while the coin is unspent. */
      spentBy?: components['schemas']['SpendDto']
    }
    CoinPageDto: {
      /**
       * Format: date-time
       * @description The time that the ledger's next block would carry.
       */
      now?: string
      /** @description Goes into `after` of the next page; absent on the last. */
      next?: string
      items: components['schemas']['CoinDto'][]
    }
    BalanceDto: {
      asset: string
      available: string
      /** @description In hash locks and escrows that return to the account if nothing else happens, and in its time locks. */
      locked: string
      total: string
    }
    BalanceListDto: {
      height: number
      items: components['schemas']['BalanceDto'][]
    }
    ChangeDto: {
      asset: string
      available: string
      locked: string
      availableAfter: string
      lockedAfter: string
    }
    StatementEntryDto: {
      /** Format: date-time */
      time: string
      /** @description Absent where time locks opened: money that was locked became available without a transaction. */
      transaction?: string
      height: number
      /** @description Position of the transaction in its block. */
      index?: number
      changes: components['schemas']['ChangeDto'][]
    }
    StatementDto: {
      /** @description First and last height of the whole statement. */
      from: number
      to: number
      /** @description Before the first entry of this page. */
      opening: components['schemas']['BalanceDto'][]
      entries: components['schemas']['StatementEntryDto'][]
      /** @description After the last entry of this page. */
      closing: components['schemas']['BalanceDto'][]
      /** @description Goes into `after` of the next page; absent on the last. */
      next?: string
    }
    AccountPartyDto: {
      party: string
    }
    CoinProofDto: {
      /**
       * Format: date-time
       * @description The time that the ledger's next block would carry.
       */
      now: string
      coin: components['schemas']['CoinDto']
      /** @description Proves that the coin was made as shown. That it is unspent is the ledger's word. */
      receipt: components['schemas']['ReceiptDto']
    }
    IssuedDto: {
      asset: string
      amount: string
    }
    HistoryTransactionDto: {
      id: string
      /** Format: date-time */
      time: string
      height: number
      /** @description Coordinates. */
      inputs: string[]
      /** @description Coordinates. */
      outputs: string[]
      issued?: components['schemas']['IssuedDto']
    }
    HistoryDto: {
      /** @description The walk is as of the end of this block: what was spent later is shown unspent. */
      height: number
      /** @description First the coin asked for; then backward what the transactions spent, forward what they made. */
      coins: components['schemas']['CoinDto'][]
      /** @description The transactions' other coins: backward outputs that went elsewhere, forward inputs that came from elsewhere. */
      siblings: components['schemas']['CoinDto'][]
      /** @description In the order of the walk: backward the newest first, forward the oldest first. */
      transactions: components['schemas']['HistoryTransactionDto'][]
      /** @description Coordinates at which depth or breadth cut the walk: ask again from there. */
      open: string[]
      /** @description Goes into `after` of the next page; absent on the last. */
      next?: string
    }
    PostingDto: {
      /** @description Present with `available` and `locked`. */
      account?: string
      asset: string
      amount: string
      /**
       * @description `available`, `locked`: the parts of an account's balance. `shared`: coins of several owners together. `issued` (never positive) and `burnt`
       *     (never negative): the asset's own counter accounts.
       * @enum {string}
       */
      part: 'available' | 'burnt' | 'issued' | 'locked' | 'shared'
    }
    JournalEntryDto: {
      transaction: string
      /** Format: date-time */
      time: string
      height: number
      /** @description Position of the transaction in its block. */
      index: number
      /** @description Per asset they sum to zero. Empty for a transaction that moves no money. */
      postings: components['schemas']['PostingDto'][]
    }
    JournalDto: {
      /** @description First and last height of the whole report. */
      from: number
      to: number
      entries: components['schemas']['JournalEntryDto'][]
      /** @description Goes into `after` of the next page; absent on the last. */
      next?: string
    }
    StorageFaultDto: {
      height: number
      /** @description Position in the block, if one transaction is concerned. */
      transaction?: number
      /** @description The table whose rows are not what the block's bytes say. */
      table: string
    }
    IndexCheckDto: {
      /** @description Last height compared; go on behind it. */
      to: number
      /** @description Where the search tables end. */
      height: number
      /** @description Rows compared. */
      rows: number
      /** @description Absent if everything fits. */
      fault?: components['schemas']['StorageFaultDto']
    }
    AssetDto: {
      asset: string
      maxSupply: string
      issuer: string
      issued: string
      burnt: string
      /** @description Decimals that people see; amounts are always base units. */
      scale: number
      powers: components['schemas']['AssetPowersDto']
      /** @description Next sequence number of an operation on the asset. */
      sequence: number
      /** @description True while the asset as a whole is frozen, whoever holds it. */
      frozen: boolean
    }
    AssetListDto: {
      items: components['schemas']['AssetDto'][]
    }
    FreezeListDto: {
      /** @description The asset as a whole: everybody's. */
      frozen: boolean
      /** @description Addresses of frozen accounts, in the order in which they were opened. */
      items: string[]
      next?: string
    }
    SignedStatementDto: {
      body: string
      publicKey: string
      signature: string
    }
    CreateOfferDto: {
      provider: string
      /** @description The `offer` statement, signed by a key of the provider's own account. */
      offer: components['schemas']['SignedStatementDto']
    }
    TokenDto: {
      ledger: string
      asset: string
    }
    OfferDto: {
      id: string
      provider: string
      /** @description Managed account that pays and is paid. */
      liquidity: string
      numerator: string
      denominator: string
      /** @description Least of one deal, in units of `sell`. */
      min: string
      /** @description Most of one deal, in units of `sell`. */
      max: string
      /** @description Most of all deals together, in units of `sell`. */
      inventory: string
      /** @description Held for open quotes. */
      reserved: string
      /** @description Locked or paid in deals. */
      used: string
      /** @description Below this, in units of `sell`, an alarm is raised: event `offer.low_water`. */
      lowWater: string
      /** Format: date-time */
      expiresAt: string
      /** Format: date-time */
      createdAt: string
      sell: components['schemas']['TokenDto']
      buy: components['schemas']['TokenDto']
      isLow: boolean
      /** @enum {string} */
      state: 'active' | 'exhausted' | 'expired' | 'paused'
    }
    OfferPageDto: {
      items: components['schemas']['OfferDto'][]
      next?: string
    }
    SetOfferStateDto: {
      /** @enum {string} */
      state: 'active' | 'paused'
    }
    OpenLiquidityDto: {
      provider: string
      /** @description The provider's own account, the only one that withdrawals go to. */
      owner: string
    }
    LiquidityDto: {
      provider: string
      account: string
      owner: string
      /** @description Ledgers on which it is open. */
      ledgers: string[]
    }
    MoneyDto: {
      ledger: string
      asset: string
      amount: string
    }
    PriceDto: {
      offer: string
      provider: string
      /** @description `numerator` units of `take` for `denominator` units of `give`. */
      numerator: string
      denominator: string
      give: components['schemas']['MoneyDto']
      take: components['schemas']['MoneyDto']
    }
    PriceListDto: {
      items: components['schemas']['PriceDto'][]
    }
    CreateQuoteDto: {
      payer: string
      /** @description Base units of `give` if `send` is fixed, of `take` if `receive` is. */
      amount: string
      /** @description The account that will pay. Needed where the ledger limits a day and the payer has several accounts there. */
      giveAccount?: string
      /** @description What the payer gives. */
      give: components['schemas']['TokenDto']
      /** @description What is wanted for it. */
      take: components['schemas']['TokenDto']
      /**
       * @description Which of the two amounts is fixed.
       * @enum {string}
       */
      fixed: 'receive' | 'send'
      /** @description How many offers in a row may be taken where that is cheaper than one: 1 if absent. A quote for an order is direct. */
      maxHops?: number
    }
    FeeDto: {
      ledger: string
      asset: string
      amount: string
      to: string
      for: string
    }
    HopDto: {
      offer: string
      provider: string
      liquidity: string
      give: components['schemas']['MoneyDto']
      take: components['schemas']['MoneyDto']
    }
    ComplianceDto: {
      ledger: string
      /** @description Version of the rulebook. */
      rulebook: number
      parameter: string
      /** @enum {string} */
      verdict: 'fail' | 'pass'
      reason: string
    }
    QuoteDto: {
      id: string
      payer: string
      /** @description Whose limit for a day the quote keeps headroom under; the deal is paid from it. */
      giveAccount?: string
      offer: string
      provider: string
      /** @description The provider's managed account: the other side of both legs. */
      liquidity: string
      numerator: string
      denominator: string
      /** Format: date-time */
      expiresAt: string
      give: components['schemas']['MoneyDto']
      take: components['schemas']['MoneyDto']
      fees: components['schemas']['FeeDto'][]
      /** @description How odd units were rounded, and for whom. */
      rounding: string
      /** @description Every hop, first to last, if there is more than one; offer, provider and liquidity are then the first hop's. */
      path?: components['schemas']['HopDto'][]
      /** @enum {string} */
      state: 'expired' | 'open' | 'used'
      compliance: components['schemas']['ComplianceDto'][]
    }
    CreateConversionDto: {
      quote: string
      /** @description SHA-256 of the payer's 32-byte secret; never used in another deal. */
      hash: string
      /** @description The payer's account on the ledger it gives on: gets the money back if nothing comes of it. */
      giveAccount: string
      /** @description The payer's account on the ledger it takes on. */
      takeAccount: string
      /**
       * @description The function that `hash` was made with. All ledgers know SHA-256 of the secret's raw bytes; another is refused.
       * @enum {string}
       */
      hashFunction?: 'sha-256'
    }
    LegDto: {
      ledger: string
      asset: string
      amount: string
      /** @description The coin itself, once it is final. */
      coordinate?: string
      /** @description Transaction that made the coin. */
      fundedBy?: string
      /** @description Transaction that spent it. */
      spentBy?: string
      /**
       * Format: date-time
       * @description The deadline that the ledger enforces now, and what happens then: a hold moves it.
       */
      deadline?: string
      name: string
      /** @description What the coin's condition must be, byte for byte. */
      condition?: components['schemas']['ConditionDto']
      state: string
      /** @description Of an escrow coin that holds money: the arbiter holds it. */
      held?: boolean
      /** @enum {string} */
      default?: 'refund' | 'release'
    }
    CoinRefDto: {
      ledger: string
      coordinate: string
    }
    ExceptionDto: {
      amount?: string
      /**
       * Format: date-time
       * @description A locked coin returns to its payer from this time of its ledger on.
       */
      returnsAt?: string
      kind: string
      detail: string
      coin?: components['schemas']['CoinRefDto']
      /**
       * @description What became of the coin: still locked, paid out by its secret, or back with its payer.
       * @enum {string}
       */
      fate?: 'claimed' | 'locked' | 'returned'
    }
    DeadlineDto: {
      /**
       * Format: date-time
       * @description In the time of `ledger`.
       */
      at: string
      ledger: string
      /** @description What happens then if nobody acts. */
      default: string
    }
    ConversionDto: {
      /** Format: date-time */
      createdAt: string
      id: string
      quote: string
      payer: string
      provider: string
      hash: string
      /**
       * Format: date-time
       * @description Leg A must be final before this, or the rate is void.
       */
      lockBefore: string
      /**
       * Format: date-time
       * @description No first reveal after this, in leg B's ledger time.
       */
      lastSafeReveal?: string
      /** @description From the payer to the provider. */
      legA: components['schemas']['LegDto']
      /** @description From the provider to the payer. */
      legB: components['schemas']['LegDto']
      /** @description Legs between providers, in order, if the quote goes through other tokens. */
      between?: components['schemas']['LegDto'][]
      state: string
      exceptions: components['schemas']['ExceptionDto'][]
      /** @description What the asking party may do now. */
      allowedActions: string[]
      nextDeadline?: components['schemas']['DeadlineDto']
      /** @description Grows with every change. */
      version: number
    }
    ConversionPageDto: {
      items: components['schemas']['ConversionDto'][]
      next?: string
    }
    CreateSwapDto: {
      initiator: string
      counterparty: string
      giveAmount: string
      takeAmount: string
      /** @description SHA-256 of the initiator's 32-byte secret; never used in another deal. */
      hash: string
      /** @description Initiator's account on the ledger it gives on. */
      giveAccount: string
      /** @description Initiator's account on the ledger it takes on. */
      takeAccount: string
      /** @description How long the counterparty may take to accept. */
      acceptWithinMs?: number
      /** @description What the initiator gives. */
      give: components['schemas']['TokenDto']
      /** @description What the initiator gets. */
      take: components['schemas']['TokenDto']
      /**
       * @description The function that `hash` was made with. All ledgers know SHA-256 of the secret's raw bytes; another is refused.
       * @enum {string}
       */
      hashFunction?: 'sha-256'
    }
    SwapDto: {
      /** Format: date-time */
      createdAt: string
      id: string
      initiator: string
      counterparty: string
      hash: string
      /** Format: date-time */
      lockABefore?: string
      /** Format: date-time */
      lockBBefore?: string
      /**
       * Format: date-time
       * @description No first reveal after this, in leg B's ledger time.
       */
      lastSafeReveal?: string
      /** @description From the initiator to the counterparty. */
      legA: components['schemas']['LegDto']
      /** @description From the counterparty to the initiator. */
      legB: components['schemas']['LegDto']
      state: string
      exceptions: components['schemas']['ExceptionDto'][]
      /** @description What the asking party may do now. */
      allowedActions: string[]
      nextDeadline?: components['schemas']['DeadlineDto']
      /** @description Grows with every change. */
      version: number
    }
    SwapPageDto: {
      items: components['schemas']['SwapDto'][]
      next?: string
    }
    AcceptSwapDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      /** @description Counterparty's account on the ledger it gives on (leg B). */
      giveAccount: string
      /** @description Counterparty's account on the ledger it takes on (leg A). */
      takeAccount: string
    }
    CancelSwapDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
    }
    OrderItemDto: {
      name: string
      /** @description Base units of the milestone's settle token, for all of them together. */
      amount: string
      quantity: number
    }
    PaymentPolicyDto: {
      /** @enum {string} */
      under?: 'accept' | 'hold' | 'refund' | 'top-up'
      /** @enum {string} */
      over?: 'accept' | 'hold' | 'refund'
      /**
       * @description Until shipping is due.
       * @enum {string}
       */
      late?: 'accept' | 'hold' | 'refund'
    }
    MilestoneTermsDto: {
      merchant: string
      /** @description The merchant's account. */
      payee: string
      amount: string
      /** @description Present where the buyer pays another token: an open quote with fixed receive of exactly `amount` of `settle`. */
      quote?: string
      /** @description Either the hash of a delivery code … */
      deliveryHash?: string
      /** @description … or an inspection window after a carrier's signature, in milliseconds. */
      inspectionMs?: number
      /** Format: date-time */
      shipBy: string
      /** Format: date-time */
      deadline: string
      /** Format: date-time */
      latest: string
      /** @description What the merchant is to get, before the fee. */
      settle: components['schemas']['TokenDto']
      items: components['schemas']['OrderItemDto'][]
      /** @description Not where the buyer pays another token. */
      payment?: components['schemas']['PaymentPolicyDto']
    }
    TenderedDto: {
      amount: string
      token: components['schemas']['TokenDto']
    }
    CreateOrderDto: {
      buyer: string
      /** @description The buyer's account: pays and is refunded. The same address may be open on several ledgers. */
      payer: string
      /** @description The caller's own number of the order. */
      reference?: string
      milestones: components['schemas']['MilestoneTermsDto'][]
      /** @description What the buyer says it will pay in all, per token, if that differs from the milestones' sum: a surplus is refunded. */
      tendered?: components['schemas']['TenderedDto'][]
      /** @description What the goods cost by their list, if the milestones' sum is below it: a shortage that the merchants accept by agreeing. */
      listed?: components['schemas']['TenderedDto'][]
    }
    RestDto: {
      amount: string
      condition: components['schemas']['ConditionDto']
    }
    MilestoneDto: {
      merchant: string
      /** @description In the settle token. */
      fee: string
      feeTo: string
      /** @description Who exchanges, where the two tokens differ. */
      provider?: string
      deliveryHash?: string
      /**
       * Format: date-time
       * @description The buyer's coin counts only if its block's time is earlier.
       */
      fundBy: string
      /** Format: date-time */
      shipBy: string
      /** Format: date-time */
      deadline: string
      /** Format: date-time */
      latest: string
      funded: string
      released: string
      refunded: string
      fees: string
      remaining: string
      dispute?: string
      /** @description Position in the order, from 0. */
      milestone: number
      state: string
      /** @description What the merchant gets, before the fee. */
      settle: components['schemas']['MoneyDto']
      /** @description What the buyer pays. */
      pay: components['schemas']['MoneyDto']
      inspectionMs?: number
      /** @description `direct`, several if several coins add up to the amount, or `pay` (buyer to provider) and `settle` (provider to merchant). */
      legs: components['schemas']['LegDto'][]
      rest?: components['schemas']['RestDto']
      allowedActions: string[]
      nextDeadline?: components['schemas']['DeadlineDto']
    }
    RefundDto: {
      ledger: string
      asset: string
      amount: string
      coordinate?: string
      transaction?: string
      id: string
      /** @description Absent: of no milestone. */
      milestone?: number
      reason: string
      /** @description What the coin of an announced surplus must be locked under, byte for byte. */
      condition?: components['schemas']['ConditionDto']
      /**
       * @description `expected`: announced, no coin yet. `requested`, `declined`: asked by one side. `pending`: owed to the payer. `final`: in its hands. `superseded`: it was paid out another way.
       * @enum {string}
       */
      state: 'declined' | 'expected' | 'final' | 'pending' | 'requested' | 'superseded'
    }
    OrderDto: {
      /** Format: date-time */
      createdAt: string
      id: string
      /** @description 16 bytes in hexadecimal, as the ledgers' conditions name it. */
      order: string
      buyer: string
      payer: string
      arbiter: string
      /** @description Its SHA-256, which both sides sign. */
      termsHash: string
      /**
       * Format: date-time
       * @description Everybody agrees before this time.
       */
      agreeBy: string
      /** @description Canonical text of the terms. */
      terms: string
      /** @description Canonical text behind the terms' `details` hash: items, tendered and listed amounts, reference. */
      details: string
      /** @description Parties that have agreed. */
      agreedBy: string[]
      milestones: components['schemas']['MilestoneDto'][]
      refunds: components['schemas']['RefundDto'][]
      reference?: string
      state: string
      exceptions: components['schemas']['ExceptionDto'][]
      /** @description What the asking party may do now. */
      allowedActions: string[]
      nextDeadline?: components['schemas']['DeadlineDto']
      /** @description Grows with every change. */
      version: number
    }
    OrderPageDto: {
      items: components['schemas']['OrderDto'][]
      next?: string
    }
    AgreeOrderDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      /** @description Who agrees: the buyer, or one merchant. */
      party: string
      /** @description `approval` statement (subject `terms`) over the terms hash. */
      approval: components['schemas']['SignedStatementDto']
    }
    ShipOrderDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      tracking?: string
      milestone: number
    }
    DeliveredOrderDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      milestone: number
      /** @description A registered carrier's `delivered` statement. */
      delivered: components['schemas']['SignedStatementDto']
    }
    SplitOrderDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
      /** @description Base units of the settle token to the merchant, before the fee. */
      toMerchant: string
      milestone: number
      /** @description Signature over the body that the answer to a first call without it gives. */
      signed?: components['schemas']['SignedStatementDto']
    }
    SplitDto: {
      order: string
      /** @description Base units of the settle token to the merchant, before the fee. */
      toMerchant: string
      milestone: number
      /** @description The ruling statement's body over all legs, in hexadecimal, to be signed. */
      body: string
      /** @description Parties that have signed. */
      signedBy: string[]
      /** @enum {string} */
      state: 'collecting' | 'executed' | 'executing' | 'void'
    }
    AcceptOrderDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      /** @description The buyer. */
      party: string
      milestone: number
    }
    RejectOrderDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      /** @description The buyer. */
      party: string
      /** @description What is wrong with what came, in words. */
      claim: string
      milestone: number
      /** @description `approval` statement (subject `dispute`) over order and milestone, by a key of the buyer's account: stops the clock. */
      opened: components['schemas']['SignedStatementDto']
    }
    DisputeMessageDto: {
      /** Format: date-time */
      at: string
      evidenceHash?: string
      /** @description An operator's question to this side, and until when it is to answer. */
      asks?: string
      /** Format: date-time */
      answerBy?: string
      party: string
      text: string
    }
    EvidenceDto: {
      id: string
      /** Format: date-time */
      at: string
      sha256: string
      /** @description Party or operator that handed it in. */
      party: string
      name: string
      mediaType: string
      /** @description Bytes. */
      size: number
    }
    DisputeOfferDto: {
      id: string
      /** Format: date-time */
      at: string
      party: string
      toMerchant: string
      /** Format: date-time */
      until: string
      /** @description What both sides sign, in hexadecimal. */
      body: string
      /** @enum {string} */
      state: 'accepted' | 'declined' | 'expired' | 'open' | 'withdrawn'
    }
    RulingDto: {
      toMerchant: string
      hash: string
      /** @description Transaction that wrote the hash into the ledger. */
      anchoredBy?: string
      /** @enum {string} */
      outcome: 'refund' | 'release' | 'split'
      /**
       * @description `default`: drafted because one side was silent.
       * @enum {string}
       */
      cause: 'consent' | 'default' | 'operators'
      reasons: string
      /** @description The ruling statement over all legs, in hexadecimal. */
      body: string
      /** @description Operators that have signed. */
      signedBy: string[]
    }
    AppealDto: {
      /** Format: date-time */
      at: string
      party: string
      grounds: string
      /** @description In force if the appeal is not decided in time. */
      first: components['schemas']['RulingDto']
    }
    LapseDto: {
      party: string
      step: string
    }
    ReturnDto: {
      state: string
      tracking?: string
      lapsed?: components['schemas']['LapseDto']
    }
    DisputeDto: {
      /** Format: date-time */
      createdAt: string
      id: string
      order: string
      openedBy: string
      milestone: number
      claim: string
      messages: components['schemas']['DisputeMessageDto'][]
      evidence: components['schemas']['EvidenceDto'][]
      offers: components['schemas']['DisputeOfferDto'][]
      ruling?: components['schemas']['RulingDto']
      /** @description Parties that will not appeal the ruling. */
      acceptedBy: string[]
      appeal?: components['schemas']['AppealDto']
      return?: components['schemas']['ReturnDto']
      state: string
      exceptions: components['schemas']['ExceptionDto'][]
      /** @description What the asking party may do now. */
      allowedActions: string[]
      nextDeadline?: components['schemas']['DeadlineDto']
      /** @description Grows with every change. */
      version: number
    }
    RequestRefundDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
      /** @description Base units of the buyer's token that are to go back. */
      amount: string
      reason: string
      milestone: number
    }
    AnswerRefundDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
      milestone: number
      /** @enum {string} */
      answer: 'agree' | 'decline'
    }
    DecidePaymentDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      /** @description The merchant. */
      party: string
      /** @description The coin on hold. */
      coordinate: string
      milestone: number
      /**
       * @description `take`: it counts as it is. `return`: it goes back to its payer.
       * @enum {string}
       */
      decision: 'return' | 'take'
    }
    CancelOrderDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      reason?: string
    }
    OpenDisputeDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      order: string
      party: string
      /** @description What is wrong, in words. */
      claim: string
      milestone: number
      /** @description `approval` statement (subject `dispute`) over order and milestone, by a key of the party's account. */
      opened: components['schemas']['SignedStatementDto']
    }
    DisputePageDto: {
      items: components['schemas']['DisputeDto'][]
      next?: string
    }
    SayInDisputeDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      text: string
      /** @description SHA-256 of a file that belongs to the message. */
      evidenceHash?: string
      /** @description By an operator: the side that is asked for a word or evidence. If it is silent until then, judgement by default is put before the operators. */
      asks?: string
      /**
       * Format: date-time
       * @description Until when it is to answer, in the ledger's time; three days if absent, and a quarter of what is left under the hold at most.
       */
      answerBy?: string
    }
    OfferInDisputeDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
      /** @description Base units of the settle token to the merchant, before the fee; the rest goes to the buyer. */
      toMerchant: string
      /**
       * Format: date-time
       * @description When the offer lapses, in the ledger's time; three days if absent.
       */
      until?: string
      /** @description As many signatures over the body as the party's account needs to spend. Without: the answer gives the body. */
      signed?: components['schemas']['SignedStatementDto'][]
    }
    OfferDraftDto: {
      body: string
      dispute: components['schemas']['DisputeDto']
    }
    AnswerOfferDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
      /**
       * @description `decline` of one's own offer withdraws it.
       * @enum {string}
       */
      answer: 'accept' | 'decline'
      /** @description To accept: signatures over the offer's body. */
      signed?: components['schemas']['SignedStatementDto'][]
    }
    AppealRulingDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
      /** @description Why others should decide, in words. */
      grounds: string
    }
    AcceptRulingDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
    }
    StepReturnDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      party: string
      tracking?: string
      /**
       * @description `authorise`, `refuse` and `receive` are the merchant's, `ship` is the buyer's.
       * @enum {string}
       */
      step: 'authorise' | 'receive' | 'refuse' | 'ship'
    }
    RuleDisputeDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      /** @description Base units of the settle token to the merchant, before the fee; the rest goes to the buyer. */
      toMerchant: string
      reasons: string
    }
    SignRulingDto: {
      /** @description The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
      version?: number
      /** @description Signature over the ruling's body. */
      signed: components['schemas']['SignedStatementDto']
    }
    CreatePartyDto: {
      /** @description Shown to counterparties. */
      displayName: string
      /** @description Kept encrypted with a key of its own, erasable. */
      legalName?: string
      /** @enum {string} */
      kind: 'legal' | 'natural'
      /**
       * Format: email
       * @description Kept encrypted with a key of its own, erasable.
       */
      email?: string
      /** @description ISO 3166 code of two letters. */
      jurisdiction?: string
    }
    BoundAccountDto: {
      ledger: string
      account: string
      /** Format: date-time */
      boundAt: string
    }
    ApiKeyDto: {
      scopes: ('admin' | 'disputes' | 'operator' | 'orders' | 'parties' | 'pay' | 'read' | 'sandbox' | 'trade')[]
      party?: string
      operator?: string
      /** Format: date-time */
      createdAt: string
      /** Format: date-time */
      expiresAt?: string
      /** Format: date-time */
      revokedAt?: string
      id: string
      label: string
      /** @description Shown in the answer to its creation, never again. */
      secret?: string
    }
    PartyDto: {
      id: string
      /** Format: date-time */
      createdAt: string
      /** @enum {string} */
      kind: 'legal' | 'natural'
      displayName: string
      jurisdiction?: string
      accounts: components['schemas']['BoundAccountDto'][]
      /** @description Its first API key, in the answer to creation only. */
      apiKey?: components['schemas']['ApiKeyDto']
    }
    BindAccountDto: {
      ledger: string
      account: string
      /** @description Approval statement `bind` over hub, party, chain and account, signed by a current key of the account. */
      proof: components['schemas']['SignedStatementDto']
    }
    PersonDto: {
      legalName?: string
      email?: string
    }
    RegisterCarrierDto: {
      name: string
      publicKey: string
    }
    CarrierDto: {
      publicKey: string
      /** Format: date-time */
      createdAt: string
      id: string
      name: string
    }
    RegisterOperatorDto: {
      name: string
      publicKey: string
    }
    OperatorDto: {
      id: string
      publicKey: string
      /** Format: date-time */
      createdAt: string
      name: string
      /** @description In the answer to registration only. */
      apiKey?: components['schemas']['ApiKeyDto']
    }
    OperatorListDto: {
      items: components['schemas']['OperatorDto'][]
    }
    AlarmDto: {
      /** Format: date-time */
      raisedAt: string
      /** @description offer.low_water, refund.overdue, claim.at_risk, deal.one_leg, deal.too_late or ledger.closed. */
      kind: string
      /** @description Id of what it is about. */
      subject: string
      detail: string
    }
    AlarmListDto: {
      items: components['schemas']['AlarmDto'][]
    }
    CreateApiKeyDto: {
      label: string
      scopes: ('admin' | 'disputes' | 'operator' | 'orders' | 'parties' | 'pay' | 'read' | 'sandbox' | 'trade')[]
      /** @description Whose key it is to be; the caller's own if absent. */
      party?: string
      operator?: string
      /** Format: date-time */
      expiresAt?: string
    }
    NewKeysDto: {
      /** @description Ed25519 public keys in hexadecimal, strictly ascending. */
      keys: string[]
      threshold: number
    }
    OpenRecoveryDto: {
      party: string
      account: string
      keys: components['schemas']['NewKeysDto']
    }
    RecoveryApprovalDto: {
      authority: string
      key: number
    }
    RecoveryLegDto: {
      ledger: string
      /**
       * Format: date-time
       * @description From this ledger time on it can be finalised.
       */
      end?: string
      /** @description The transaction body that the authorities sign, in hexadecimal. */
      body: string
      approvals: components['schemas']['RecoveryApprovalDto'][]
      /** @enum {string} */
      state: 'cancelled' | 'collecting' | 'finalised' | 'lagging' | 'proposed'
    }
    RecoveryDto: {
      id: string
      party: string
      account: string
      /** Format: date-time */
      createdAt: string
      policy: components['schemas']['PolicyDto']
      keys: components['schemas']['KeySetDto']
      /** @enum {string} */
      state: 'APPROVED' | 'CANCELLED' | 'FINALISED' | 'OPENED' | 'PROPOSED' | 'REJECTED'
      legs: components['schemas']['RecoveryLegDto'][]
      version: number
    }
    LegSignatureDto: {
      ledger: string
      signature: string
      /** @description Position of the key in the authority's current key set. */
      key: number
    }
    ApproveRecoveryDto: {
      /** @description The authority's account. */
      authority: string
      signatures: components['schemas']['LegSignatureDto'][]
    }
    ReminderDto: {
      /** @enum {string} */
      stage: '24h' | '50%' | '90%'
      /** Format: date-time */
      until: string
      /** @description The step that is awaited: `agree`, `fund`, `ship`, `inspect`, `answer`, `reveal` … (docs/lifecycle.md). */
      what: string
      /** @description Whose block time counts. */
      ledger: string
      /** @description Parties of whom any may act; none where it is the operators' turn. */
      awaited: string[]
      milestone?: number
    }
    EventDto: {
      /** Format: date-time */
      at: string
      cursor: number
      type: string
      /** @description Id of the deal. */
      subject: string
      version: number
      /** @description Only of types that end in `.reminder`. */
      reminder?: components['schemas']['ReminderDto']
    }
    InvariantDto: {
      invariant: number
      title: string
      /**
       * @description `not_exercised`: no fact existed to examine.
       * @enum {string}
       */
      verdict: 'broken' | 'not_exercised' | 'ok'
      /** @description How many facts were examined. */
      checked: number
      /** @description The first fact that breaks it. */
      detail?: string
    }
    InvariantListDto: {
      /** Format: date-time */
      at: string
      items: components['schemas']['InvariantDto'][]
    }
    EntryDto: {
      /** Format: date-time */
      at: string
      /** @description Depends on the action. */
      detail: {
        [key: string]: unknown
      }
      /** @description Over this entry and the hash of the one before. */
      hash: string
      seq: number
      actor: string
      action: string
      subject: string
    }
    EntryPageDto: {
      items: components['schemas']['EntryDto'][]
      /** @description Goes into `after` of the next page; absent where the log ends now. */
      next?: number
    }
    ReserveDto: {
      ledger: string
      asset: string
      issued: string
      holders: string
      escrow: string
      hashLocks: string
      fees: string
      liquidity: string
      /** @description Issued less everything held: 0. */
      difference: string
    }
    ReserveListDto: {
      items: components['schemas']['ReserveDto'][]
    }
    LedgerClockDto: {
      ledger: string
      /**
       * Format: date-time
       * @description The time that its next block would carry.
       */
      now: string
    }
    ClockDto: {
      /** @description Whether clocks can be moved at all. */
      sandbox: boolean
      ledgers: components['schemas']['LedgerClockDto'][]
    }
    MoveClockDto: {
      /**
       * Format: date-time
       * @description Time to reach. A time that is not ahead changes nothing.
       */
      to: string
    }
    CheckDto: {
      name: string
      ok: boolean
      detail?: string
    }
    ServiceHealthDto: {
      /** @description Name of the process: `settlement`, `ledger-east`. */
      service: string
      ready: boolean
      /** @description What the process itself says; empty while it does not answer. */
      checks: components['schemas']['CheckDto'][]
    }
    ReadinessDto: {
      /** @description True when every service is ready. */
      ready: boolean
      services: components['schemas']['ServiceHealthDto'][]
    }
    LivenessDto: {
      /** @enum {string} */
      status: 'alive'
    }
  }
  responses: never
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  'hub.facts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['HubDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'ledger.list': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['LedgerListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'ledger.ledger': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['LedgerDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'ledger.storage': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['StorageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'ledger.prune': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PruneDto']
      }
    }
    responses: {
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PruningDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'ledger.rulebook': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RulebookDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'block.list': {
    parameters: {
      query?: {
        /** @description First height; 1 if absent. */
        from?: number
        /** @description At most this many; 50 if absent. Fewer come where they would not fit into one answer. */
        limit?: number
      }
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['BlockPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'block.block': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        height: number
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['BlockDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'block.headers': {
    parameters: {
      query?: {
        /** @description First height; 1 if absent. */
        from?: number
        /** @description At most this many; 50 if absent. Fewer come where they would not fit into one answer. */
        limit?: number
      }
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['HeaderPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'transaction.submit': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SubmitTransactionsDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OutcomeListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'transaction.transaction': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['TransactionDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'transaction.receipt': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ReceiptDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'account.account': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        address: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AccountDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'account.standing': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        address: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['StandingDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'account.coins': {
    parameters: {
      query?: {
        asset?: string
        /** @description `next` of the page before. */
        after?: string
        /** @description Rows of the page; 50 if absent. */
        limit?: number
        /** @description `own`: spendable by its keys alone. `named`: every lock that names it in any role too. Own if absent. */
        relation?: 'named' | 'own'
      }
      header?: never
      path: {
        ledger: string
        address: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CoinPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'account.balances': {
    parameters: {
      query?: {
        /** @description As of the end of this block; absent: now. */
        height?: number
      }
      header?: never
      path: {
        ledger: string
        address: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['BalanceListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'account.statement': {
    parameters: {
      query?: {
        asset?: string
        /** @description First height; 1 if absent. */
        from?: number
        /** @description Last height; the last durable one if absent. */
        to?: number
        /** @description Instead of `from`: the first block of this time or later. */
        since?: string
        /** @description Instead of `to`: the last block before this time. */
        until?: string
        /** @description `next` of the page before, with the same bounds (best by height: `from` and `to` of the first page). */
        after?: string
        /** @description Entries of the page; 50 if absent. */
        limit?: number
      }
      header?: never
      path: {
        ledger: string
        address: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['StatementDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'account.party': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        address: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AccountPartyDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'coin.coin': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        coordinate: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CoinDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'coin.proof': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        coordinate: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CoinProofDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'coin.history': {
    parameters: {
      query?: {
        /** @description Transactions in a row; 20 if absent. */
        depth?: number
        /** @description Coins of a page; 200 if absent. A page holds at least one whole transaction. */
        limit?: number
        /** @description `next` of the page before, with the same direction and depth. */
        after?: string
        /** @description `backward`: to the issuance. `forward`: to where the money went. Backward if absent. */
        direction?: 'backward' | 'forward'
      }
      header?: never
      path: {
        ledger: string
        coordinate: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['HistoryDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'journal.journal': {
    parameters: {
      query?: {
        /** @description First height; 1 if absent. */
        from?: number
        /** @description Last height; the last durable one if absent. */
        to?: number
        /** @description `next` of the page before, with the same bounds. */
        after?: string
        /** @description Entries of the page; 50 if absent. Fewer come where they would not fit into one answer. */
        limit?: number
      }
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['JournalDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'journal.checkIndex': {
    parameters: {
      query?: {
        /** @description First height; 1 if absent. Pages before are taken for right. */
        from?: number
        /** @description Blocks of this call; 50 if absent. Fewer where they are large. */
        limit?: number
      }
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['IndexCheckDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'asset.list': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AssetListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'asset.asset': {
    parameters: {
      query?: never
      header?: never
      path: {
        ledger: string
        asset: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AssetDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'asset.freezes': {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        after?: string
        /** @description Rows of the page; 50 if absent. */
        limit?: number
      }
      header?: never
      path: {
        ledger: string
        asset: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['FreezeListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'offer.list': {
    parameters: {
      query?: {
        /** @description Rows of the page; 50 if absent. */
        limit?: number
        /** @description Only those in this state. */
        state?: string
        after?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OfferPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'offer.create': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateOfferDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OfferDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'offer.offer': {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OfferDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'offer.setState': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SetOfferStateDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OfferDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'liquidity.open': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['OpenLiquidityDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['LiquidityDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'price.list': {
    parameters: {
      query: {
        giveLedger: string
        giveAsset: string
        takeLedger: string
        takeAsset: string
        /** @description Base units of the fixed side. */
        amount: string
        /** @description Which amount is fixed; send if absent. */
        fixed?: 'receive' | 'send'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PriceListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'quote.create': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateQuoteDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['QuoteDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'quote.quote': {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['QuoteDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'conversion.list': {
    parameters: {
      query?: {
        /** @description Rows of the page; 50 if absent. */
        limit?: number
        /** @description Only those in this state. */
        state?: string
        after?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversionPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'conversion.create': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateConversionDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversionDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'conversion.conversion': {
    parameters: {
      query?: {
        /** @description The version that is known already: the answer waits up to 2.5 seconds for the next one, then it is what there is. */
        newerThan?: number
        /** @description With `newerThan`: states separated by commas, in which a version is let pass while the answer waits. Orders and disputes know none. */
        passing?: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversionDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'swap.list': {
    parameters: {
      query?: {
        /** @description Rows of the page; 50 if absent. */
        limit?: number
        /** @description Only those in this state. */
        state?: string
        after?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SwapPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'swap.create': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateSwapDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SwapDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'swap.swap': {
    parameters: {
      query?: {
        /** @description The version that is known already: the answer waits up to 2.5 seconds for the next one, then it is what there is. */
        newerThan?: number
        /** @description With `newerThan`: states separated by commas, in which a version is let pass while the answer waits. Orders and disputes know none. */
        passing?: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SwapDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'swap.accept': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AcceptSwapDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SwapDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'swap.cancel': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['CancelSwapDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SwapDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.list': {
    parameters: {
      query?: {
        /** @description Rows of the page; 50 if absent. */
        limit?: number
        /** @description Only those in this state. */
        state?: string
        after?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.create': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateOrderDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.order': {
    parameters: {
      query?: {
        /** @description The version that is known already: the answer waits up to 2.5 seconds for the next one, then it is what there is. */
        newerThan?: number
        /** @description With `newerThan`: states separated by commas, in which a version is let pass while the answer waits. Orders and disputes know none. */
        passing?: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.agree': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AgreeOrderDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.ship': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ShipOrderDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.delivered': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeliveredOrderDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.split': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SplitOrderDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SplitDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.accept': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AcceptOrderDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.reject': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RejectOrderDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.requestRefund': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RequestRefundDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.answerRefund': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
        refund: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AnswerRefundDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.decidePayment': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DecidePaymentDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'order.cancel': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CancelOrderDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.list': {
    parameters: {
      query?: {
        /** @description Rows of the page; 50 if absent. */
        limit?: number
        /** @description Only those in this state. */
        state?: string
        after?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputePageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.open': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['OpenDisputeDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.dispute': {
    parameters: {
      query?: {
        /** @description The version that is known already: the answer waits up to 2.5 seconds for the next one, then it is what there is. */
        newerThan?: number
        /** @description With `newerThan`: states separated by commas, in which a version is let pass while the answer waits. Orders and disputes know none. */
        passing?: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.say': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SayInDisputeDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.offer': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['OfferInDisputeDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OfferDraftDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.answerOffer': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
        offer: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AnswerOfferDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.appeal': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AppealRulingDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.acceptRuling': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AcceptRulingDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.stepReturn': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['StepReturnDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.rule': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RuleDisputeDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'dispute.sign': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SignRulingDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'evidence.add': {
    parameters: {
      query: {
        name: string
      }
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'image/jpeg': string
        'image/png': string
        'image/webp': string
        'application/pdf': string
        'text/plain': string
        'video/mp4': string
        'audio/mpeg': string
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DisputeDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'evidence.read': {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
        evidence: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'image/jpeg': string
          'image/png': string
          'image/webp': string
          'application/pdf': string
          'text/plain': string
          'video/mp4': string
          'audio/mpeg': string
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'party.create': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CreatePartyDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PartyDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'party.party': {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PartyDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'party.bind': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['BindAccountDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PartyDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'party.person': {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PersonDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'party.erase': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PartyDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'carrier.register': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RegisterCarrierDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CarrierDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'carrier.carrier': {
    parameters: {
      query?: never
      header?: never
      path: {
        publicKey: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CarrierDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'operator.list': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OperatorListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'operator.register': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RegisterOperatorDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OperatorDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'alarm.list': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AlarmListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'apiKey.create': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateApiKeyDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ApiKeyDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'apiKey.revoke': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ApiKeyDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'recovery.open': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['OpenRecoveryDto']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RecoveryDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'recovery.recovery': {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RecoveryDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'recovery.approve': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ApproveRecoveryDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RecoveryDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'event.stream': {
    parameters: {
      query?: {
        /** @description Cursor of the last event seen; the Last-Event-ID header counts more. From the beginning if absent. */
        after?: number
      }
      header?: {
        /** @description Cursor of the last event seen. */
        'Last-Event-ID'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A stream that stays open. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/event-stream': string
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'audit.invariants': {
    parameters: {
      query?: {
        /** @description `true`: reads everything from the beginning instead of going on where the last check ended. */
        full?: 'false' | 'true'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['InvariantListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'audit.entries': {
    parameters: {
      query?: {
        /** @description Sequence number of the last entry seen; from the beginning if absent. */
        after?: number
        /** @description Rows of the page; 50 if absent. */
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['EntryPageDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'reserve.list': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ReserveListDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'sandbox.clock': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ClockDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'sandbox.move': {
    parameters: {
      query?: never
      header: {
        /** @description Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['MoveClockDto']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ClockDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'health.report': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ReadinessDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'health.live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['LivenessDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'health.ready': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ReadinessDto']
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'metrics.own': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/plain': string
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
  'metrics.service': {
    parameters: {
      query?: never
      header?: never
      path: {
        service: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/plain': string
        }
      }
      /** @description Refused, with a code of docs/errors.md. */
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDto']
        }
      }
    }
  }
}
