import type { DataClass, Tool } from '../config/vocabulary.js';

/** Why personal data may be used. Every read names one; a grant lists those its holder may name. */
export interface Purpose {
  code: string;
  title: string;
  lawfulBasis: string;
  article9Condition: string | null;
  tools: readonly Tool[];
  dataClasses: readonly DataClass[];
  retention: string;
}

/**
 * The purposes a party starts with, written to the register by the migration runner where they are absent. What a
 * controller has since changed or ended stays as the controller left it. There is no default purpose.
 */
export const initialPurposes: readonly Purpose[] = [
  {
    code: 'voter-contact',
    title: 'Canvassing electors and telling them about candidates and policies',
    lawfulBasis: 'UK GDPR Art. 6(1)(e) with DPA 2018 s. 8(e), democratic engagement',
    article9Condition: 'DPA 2018 Sch. 1 para. 22, political parties',
    tools: ['contact-creator'],
    dataClasses: ['identity', 'contact-details', 'opinion', 'electoral-status'],
    retention: 'two general elections after the last contact',
  },
  {
    code: 'register-management',
    title: 'Keeping the copy of the electoral register correct',
    lawfulBasis: 'UK GDPR Art. 6(1)(e) with Representation of the People Regulations 2001, regs. 103–106',
    article9Condition: null,
    tools: ['contact-creator'],
    dataClasses: ['identity', 'electoral-status'],
    retention: 'until the next revised register, its history until two general elections later',
  },
  {
    code: 'membership-administration',
    title: 'Administering membership of the party',
    lawfulBasis: 'UK GDPR Art. 6(1)(f)',
    article9Condition: 'UK GDPR Art. 9(2)(d), members of a political body',
    tools: ['organise'],
    dataClasses: ['identity', 'contact-details', 'membership'],
    retention: 'six years after membership ends',
  },
  {
    code: 'member-communication',
    title: 'Writing to members and inviting them to events',
    lawfulBasis: 'UK GDPR Art. 6(1)(f)',
    article9Condition: 'UK GDPR Art. 9(2)(d), members of a political body',
    tools: ['organise'],
    dataClasses: ['identity', 'contact-details', 'membership'],
    retention: 'while the membership lasts',
  },
];

/** Text that a volunteer accepts before the first row (reg. 115 of the 2001 Regulations asks for no less than awareness). */
export const undertakings: readonly { version: number; text: string }[] = [
  {
    version: 1,
    text:
      'I will look at personal data only for the purposes the party has authorised and only as far as my task needs. ' +
      'I will not copy it, pass it on or keep it. I know that what I look at is recorded, and that misuse of the ' +
      'electoral register is an offence.',
  },
];
