import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { AccessModule } from './access/access.module.js';
import { BackupModule } from './backup/backup.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Environment } from './config/environment.js';
import { DepositDecisionsModule } from './data-protection/deposits/deposit-decisions.module.js';
import { ControlRoomModule } from './control-room/control-room.module.js';
import { CustodyModule } from './custody/custody.module.js';
import { DatabaseModule } from './database/database.module.js';
import { entities } from './entities.js';
import { HttpModule } from './http/http.module.js';
import { GeographyModule } from './geography/geography.module.js';
import { BearerGuard } from './identity/bearer.guard.js';
import { IdentityModule } from './identity/identity.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { GateGuard } from './kill-switch/gate.guard.js';
import { KillSwitchModule } from './kill-switch/kill-switch.module.js';
import { MailModule } from './mail/mail.module.js';
import { ProtectionModule } from './protection/protection.module.js';
import { SwitchboardModule } from './switchboard/switchboard.module.js';
import { DepositTokenGuard } from './tools/contact-creator/deposits/deposit-token.guard.js';
import { DepositsModule } from './tools/contact-creator/deposits/deposits.module.js';
import { CanaryModule } from './tools/canary/canary.module.js';
import { ContactCreatorModule } from './tools/contact-creator/contact-creator.module.js';
import { OrganiseModule } from './tools/organise/organise.module.js';

/**
 * The rooms, and the three guards in the order in which a request meets them: gate, bearer, access. The fourth is for devices
 * that hand in, whom those three let by.
 */
@Module({
  imports: [
    HttpModule,
    DatabaseModule.with(entities),
    KillSwitchModule,
    JobsModule,
    MailModule,
    IdentityModule,
    AccessModule,
    SwitchboardModule,
    ProtectionModule,
    GeographyModule,
    CustodyModule,
    BackupModule,
    ContactCreatorModule,
    DepositsModule,
    OrganiseModule,
    DepositDecisionsModule,
    CanaryModule,
    ControlRoomModule,
  ],
  providers: [
    { provide: APP_GUARD, useClass: GateGuard },
    { provide: APP_GUARD, useClass: BearerGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useExisting: DepositTokenGuard },
  ],
})
export class AppModule {
  static with(environment: Environment): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.with(environment)] };
  }
}
