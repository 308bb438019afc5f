import { CreateGeography1763780400001 } from '../../migrations/1763780400001-create-geography.js';
import { CreateIdentity1763780400002 } from '../../migrations/1763780400002-create-identity.js';
import { CreateAccess1763780400003 } from '../../migrations/1763780400003-create-access.js';
import { CreateProtection1763780400004 } from '../../migrations/1763780400004-create-protection.js';
import { CreateLedger1763780400005 } from '../../migrations/1763780400005-create-ledger.js';
import { CreateKillSwitch1763780400006 } from '../../migrations/1763780400006-create-kill-switch.js';
import { CreateCustody1763780400007 } from '../../migrations/1763780400007-create-custody.js';
import { CreateElectorsAndMembers1763780400008 } from '../../migrations/1763780400008-create-electors-and-members.js';
import { LoadConstituencies1763780400009 } from '../../migrations/1763780400009-load-constituencies.js';
import { CreateIdempotency1763780400010 } from '../../migrations/1763780400010-create-idempotency.js';
import { AddSignIn1763780400011 } from '../../migrations/1763780400011-add-sign-in.js';
import { AddStanding1763780400012 } from '../../migrations/1763780400012-add-standing.js';
import { CreateJobsAndMail1763780400013 } from '../../migrations/1763780400013-create-jobs-and-mail.js';
import { CreateRegister1763780400014 } from '../../migrations/1763780400014-create-register.js';
import { CreateGeographyDetails1763780400015 } from '../../migrations/1763780400015-create-geography-details.js';
import { CreateSelections1763780400016 } from '../../migrations/1763780400016-create-selections.js';
import { CreateLists1763780400017 } from '../../migrations/1763780400017-create-lists.js';
import { CreateExports1763780400018 } from '../../migrations/1763780400018-create-exports.js';
import { CreateVotingIntentionCodes1763780400019 } from '../../migrations/1763780400019-create-voting-intention-codes.js';
import { CreateContacts1763780400020 } from '../../migrations/1763780400020-create-contacts.js';
import { AddAbsentVoters1763780400024 } from '../../migrations/1763780400024-add-absent-voters.js';
import { AddWalkOpinions1763780400025 } from '../../migrations/1763780400025-add-walk-opinions.js';
import { CreateMembers1763780400026 } from '../../migrations/1763780400026-create-members.js';
import { CreateMemberImports1763780400027 } from '../../migrations/1763780400027-create-member-imports.js';
import { CreateEvents1763780400028 } from '../../migrations/1763780400028-create-events.js';
import { CreateMailings1763780400029 } from '../../migrations/1763780400029-create-mailings.js';
import { SpeedExports1763780400030 } from '../../migrations/1763780400030-speed-exports.js';
import { KeepPlansOfContacts1763780400031 } from '../../migrations/1763780400031-keep-plans-of-contacts.js';
import { GiveDistrictsWards1763780400033 } from '../../migrations/1763780400033-give-districts-wards.js';
import { ForgetIdempotencyKeys1763780400034 } from '../../migrations/1763780400034-forget-idempotency-keys.js';
import { ApplyFatigueAlways1763780400035 } from '../../migrations/1763780400035-apply-fatigue-always.js';
import { ExpireCandidatesRegisters1763780400036 } from '../../migrations/1763780400036-expire-candidates-registers.js';
import { KeepReasons1763780400037 } from '../../migrations/1763780400037-keep-reasons.js';
import { NameWhatWasDisclosed1763780400038 } from '../../migrations/1763780400038-name-what-was-disclosed.js';
import { EnrolRepresentatives1763780400040 } from '../../migrations/1763780400040-enrol-representatives.js';
import { KeepControlApart1763780400042 } from '../../migrations/1763780400042-keep-control-apart.js';
import { RenewWhatLapses1763780400043 } from '../../migrations/1763780400043-renew-what-lapses.js';
import { SettleRegisterDoubts1763780400044 } from '../../migrations/1763780400044-settle-register-doubts.js';
import { ForgetRejectedRows1763780400045 } from '../../migrations/1763780400045-forget-rejected-rows.js';
import { TellDoorsByDistrict1763780400046 } from '../../migrations/1763780400046-tell-doors-by-district.js';
import { KeepNamesAndStanding1763780400047 } from '../../migrations/1763780400047-keep-names-and-standing.js';
import { EndMoves1763780400048 } from '../../migrations/1763780400048-end-moves.js';
import { ShareOneSearchPath1763780400049 } from '../../migrations/1763780400049-share-one-search-path.js';
import { KeepPlansOfWalks1763780400050 } from '../../migrations/1763780400050-keep-plans-of-walks.js';
import { AddLeases1763780400051 } from '../../migrations/1763780400051-add-leases.js';
import { CreateFlips1763780400052 } from '../../migrations/1763780400052-create-flips.js';
import { EndSessionsEverywhere1763780400053 } from '../../migrations/1763780400053-end-sessions-everywhere.js';
import { ExtendOrders1763780400054 } from '../../migrations/1763780400054-extend-orders.js';
import { BreakGlass1763780400055 } from '../../migrations/1763780400055-break-glass.js';
import { SealTheLedger1763780400056 } from '../../migrations/1763780400056-seal-the-ledger.js';
import { CertifyFlips1763780400057 } from '../../migrations/1763780400057-certify-flips.js';
import { RecordCuts1763780400058 } from '../../migrations/1763780400058-record-cuts.js';
import { TellWhenItBegan1763780400059 } from '../../migrations/1763780400059-tell-when-it-began.js';
import { CreateDeposits1763780400060 } from '../../migrations/1763780400060-create-deposits.js';
import { KeepJournal1763780400061 } from '../../migrations/1763780400061-keep-journal.js';
import { CreateDrills1763780400062 } from '../../migrations/1763780400062-create-drills.js';
import { ShowWhatGoesOn1763780400063 } from '../../migrations/1763780400063-show-what-goes-on.js';

/** Every migration, in the order in which it runs. A list, not a glob: what runs is what was reviewed. */
export const migrations = [
  CreateGeography1763780400001,
  CreateIdentity1763780400002,
  CreateAccess1763780400003,
  CreateProtection1763780400004,
  CreateLedger1763780400005,
  CreateKillSwitch1763780400006,
  CreateCustody1763780400007,
  CreateElectorsAndMembers1763780400008,
  LoadConstituencies1763780400009,
  CreateIdempotency1763780400010,
  AddSignIn1763780400011,
  AddStanding1763780400012,
  CreateJobsAndMail1763780400013,
  CreateRegister1763780400014,
  CreateGeographyDetails1763780400015,
  CreateSelections1763780400016,
  CreateLists1763780400017,
  CreateExports1763780400018,
  CreateVotingIntentionCodes1763780400019,
  CreateContacts1763780400020,
  AddAbsentVoters1763780400024,
  AddWalkOpinions1763780400025,
  CreateMembers1763780400026,
  CreateMemberImports1763780400027,
  CreateEvents1763780400028,
  CreateMailings1763780400029,
  SpeedExports1763780400030,
  KeepPlansOfContacts1763780400031,
  GiveDistrictsWards1763780400033,
  ForgetIdempotencyKeys1763780400034,
  ApplyFatigueAlways1763780400035,
  ExpireCandidatesRegisters1763780400036,
  KeepReasons1763780400037,
  NameWhatWasDisclosed1763780400038,
  EnrolRepresentatives1763780400040,
  KeepControlApart1763780400042,
  RenewWhatLapses1763780400043,
  SettleRegisterDoubts1763780400044,
  ForgetRejectedRows1763780400045,
  TellDoorsByDistrict1763780400046,
  KeepNamesAndStanding1763780400047,
  EndMoves1763780400048,
  ShareOneSearchPath1763780400049,
  KeepPlansOfWalks1763780400050,
  AddLeases1763780400051,
  CreateFlips1763780400052,
  EndSessionsEverywhere1763780400053,
  ExtendOrders1763780400054,
  BreakGlass1763780400055,
  SealTheLedger1763780400056,
  CertifyFlips1763780400057,
  RecordCuts1763780400058,
  TellWhenItBegan1763780400059,
  CreateDeposits1763780400060,
  KeepJournal1763780400061,
  CreateDrills1763780400062,
  ShowWhatGoesOn1763780400063,
];
