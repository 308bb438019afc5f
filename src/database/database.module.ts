import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { apiDataSource, type Entities } from './data-source.js';
import { Database } from './database.js';
import { DatabaseProblems } from './database-problems.js';
import { refuseUnsafeRole } from './role-check.js';

@Global()
@Module({
  providers: [Database, DatabaseProblems],
  exports: [Database],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  static with(entities: Entities): DynamicModule {
    const dataSource = {
      provide: DataSource,
      inject: [ENVIRONMENT],
      useFactory: async (environment: Environment) => {
        const source = await apiDataSource(
          environment.DATABASE_URL ?? '',
          environment.DATABASE_POOL_SIZE,
          entities,
        ).initialize();
        await refuseUnsafeRole(source);
        return source;
      },
    };
    return { module: DatabaseModule, providers: [dataSource] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}
