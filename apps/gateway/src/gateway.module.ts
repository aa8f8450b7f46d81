// Everything the HTTP edge consists of. The bus and the limits come from outside, so that a test brings its own.
import { type DynamicModule, Module, type Provider } from '@nestjs/common'
import { ThrottlerModule } from '@nestjs/throttler'
import { AccessGuard } from './access/access.guard.js'
import { Authenticator } from './access/authenticator.js'
import { AccountController } from './account/account.controller.js'
import { AccountService } from './account/account.service.js'
import { ApiKeyController } from './api-key/api-key.controller.js'
import { ApiKeyService } from './api-key/api-key.service.js'
import { AssetController } from './asset/asset.controller.js'
import { AssetService } from './asset/asset.service.js'
import { AuditController } from './audit/audit.controller.js'
import { AuditService } from './audit/audit.service.js'
import { BlockController } from './block/block.controller.js'
import { BlockService } from './block/block.service.js'
import { CarrierController } from './carrier/carrier.controller.js'
import { CarrierService } from './carrier/carrier.service.js'
import { CoinController } from './coin/coin.controller.js'
import { CoinService } from './coin/coin.service.js'
import { ConversionController } from './conversion/conversion.controller.js'
import { ConversionService } from './conversion/conversion.service.js'
import { DisputeController } from './dispute/dispute.controller.js'
import { EvidenceController } from './evidence/evidence.controller.js'
import { EvidenceService } from './evidence/evidence.service.js'
import { DisputeService } from './dispute/dispute.service.js'
import { EventController } from './event/event.controller.js'
import { EventService } from './event/event.service.js'
import { HealthController } from './health/health.controller.js'
import { HealthService } from './health/health.service.js'
import { Services } from './health/services.js'
import { HubController } from './hub/hub.controller.js'
import { Hub } from './hub/hub.js'
import { HubService } from './hub/hub.service.js'
import { JournalController } from './journal/journal.controller.js'
import { JournalService } from './journal/journal.service.js'
import { LedgerController } from './ledger/ledger.controller.js'
import { LedgerService } from './ledger/ledger.service.js'
import { LIMITS, type Limits } from './limits/limits.js'
import { RateGuard, throttling } from './limits/rate.guard.js'
import { LiquidityController } from './liquidity/liquidity.controller.js'
import { LiquidityService } from './liquidity/liquidity.service.js'
import { MetricsController } from './metrics/metrics.controller.js'
import { MetricsService } from './metrics/metrics.service.js'
import { OfferController } from './offer/offer.controller.js'
import { OfferService } from './offer/offer.service.js'
import { AlarmController } from './alarm/alarm.controller.js'
import { AlarmService } from './alarm/alarm.service.js'
import { OperatorController } from './operator/operator.controller.js'
import { OperatorService } from './operator/operator.service.js'
import { OrderController } from './order/order.controller.js'
import { OrderService } from './order/order.service.js'
import { PartyController } from './party/party.controller.js'
import { PartyService } from './party/party.service.js'
import { PriceController } from './price/price.controller.js'
import { PriceService } from './price/price.service.js'
import { QuoteController } from './quote/quote.controller.js'
import { QuoteService } from './quote/quote.service.js'
import { RecoveryController } from './recovery/recovery.controller.js'
import { RecoveryService } from './recovery/recovery.service.js'
import { ReserveController } from './reserve/reserve.controller.js'
import { ReserveService } from './reserve/reserve.service.js'
import { SandboxController } from './sandbox/sandbox.controller.js'
import { SandboxService } from './sandbox/sandbox.service.js'
import { SwapController } from './swap/swap.controller.js'
import { SwapService } from './swap/swap.service.js'
import { TransactionGatherer } from './transaction/gatherer.js'
import { TransactionController } from './transaction/transaction.controller.js'
import { TransactionService } from './transaction/transaction.service.js'

/** Every controller of the edge, in the order of the documentation. */
export const CONTROLLERS = [
  HubController,
  LedgerController,
  BlockController,
  TransactionController,
  AccountController,
  CoinController,
  JournalController,
  AssetController,
  OfferController,
  LiquidityController,
  PriceController,
  QuoteController,
  ConversionController,
  SwapController,
  OrderController,
  DisputeController,
  EvidenceController,
  PartyController,
  CarrierController,
  OperatorController,
  AlarmController,
  ApiKeyController,
  RecoveryController,
  EventController,
  AuditController,
  ReserveController,
  SandboxController,
  HealthController,
  MetricsController,
]

const SERVICES: Provider[] = [
  AccessGuard,
  Authenticator,
  RateGuard,
  Hub,
  Services,
  TransactionGatherer,
  AccountService,
  ApiKeyService,
  AssetService,
  AuditService,
  BlockService,
  CarrierService,
  CoinService,
  JournalService,
  ConversionService,
  DisputeService,
  EvidenceService,
  EventService,
  HealthService,
  HubService,
  LedgerService,
  LiquidityService,
  MetricsService,
  OfferService,
  OperatorService,
  AlarmService,
  OrderService,
  PartyService,
  PriceService,
  QuoteService,
  RecoveryService,
  ReserveService,
  SandboxService,
  SwapService,
  TransactionService,
]

/** Holds the limits for whoever needs them. */
@Module({})
class LimitsModule {}

@Module({})
export class GatewayModule {
  /** `outside` provides the {@link BUS} and {@link LIMITS} tokens. */
  static of(outside: { readonly bus: Provider; readonly limits: Provider<Limits> }): DynamicModule {
    const { bus, limits } = outside
    const chosen: DynamicModule = { module: LimitsModule, providers: [limits], exports: [LIMITS] }
    return {
      module: GatewayModule,
      imports: [chosen, ThrottlerModule.forRootAsync({ imports: [chosen], inject: [LIMITS], useFactory: throttling })],
      controllers: CONTROLLERS,
      providers: [bus, ...SERVICES],
    }
  }
}
