import { Column, Entity, PrimaryColumn } from 'typeorm';

/** identity.session: what a token names. A session ends by itself, by its owner, or with the account. */
@Entity({ schema: 'identity', name: 'session' })
export class SessionEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()' })
  id!: string;

  @Column({ type: 'uuid', name: 'account_id' })
  accountId!: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'mfa_at', nullable: true })
  mfaAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'stepped_up_until', nullable: true })
  steppedUpUntil!: Date | null;

  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column({ type: 'text', name: 'ended_why', nullable: true })
  endedWhy!: string | null;
}
