import { Column, Entity, PrimaryColumn } from 'typeorm';

/** identity.account: a person, or an API client. Only the columns that are looked up or inserted by key. */
@Entity({ schema: 'identity', name: 'account' })
export class AccountEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()' })
  id!: string;

  @Column({ type: 'text' })
  kind!: 'person' | 'client';

  @Column({ type: 'text' })
  username!: string;

  @Column({ type: 'text', name: 'display_name' })
  displayName!: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'closed_at', nullable: true })
  closedAt!: Date | null;
}
