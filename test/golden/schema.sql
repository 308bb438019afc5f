-- The schema that the migrations make. Written by test/rules/schema.spec.ts; do not edit.

-- Schemas

CREATE SCHEMA access AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA contact_creator AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA custody AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA geography AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA http AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA identity AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA jobs AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA ks AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA ledger AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA mail AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA organise AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA protection AUTHORIZATION rosette_owner; -- rosette_api may use it
CREATE SCHEMA quarantine AUTHORIZATION rosette_owner; -- rosette_api may use it

-- Tables

CREATE TABLE access.action_rule (
  action text NOT NULL,
  reach text NOT NULL,
  tool text,
  needs_step_up boolean NOT NULL
);

CREATE TABLE access.departure (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  standing text NOT NULL,
  reason text NOT NULL,
  office_ids uuid[] NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  ordered_by uuid NOT NULL,
  people integer NOT NULL,
  grants integer NOT NULL,
  sessions integer NOT NULL
);

CREATE TABLE access.office (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  constituency_id text COLLATE "C",
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  kind text NOT NULL DEFAULT 'party'::text,
  representative_id uuid
);

CREATE TABLE access.office_member (
  office_id uuid NOT NULL,
  account_id uuid NOT NULL,
  from_at timestamp with time zone NOT NULL DEFAULT now(),
  until_at timestamp with time zone
);

CREATE TABLE access.role_grant (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  account_id uuid NOT NULL,
  role text NOT NULL,
  area_kind text NOT NULL,
  constituency_id text COLLATE "C",
  purposes text[] NOT NULL DEFAULT '{}'::text[],
  from_at timestamp with time zone NOT NULL,
  until_at timestamp with time zone NOT NULL,
  granted_by uuid,
  approved_by uuid,
  approved_at timestamp with time zone,
  ended_at timestamp with time zone,
  ended_by uuid,
  ended_why text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  renews uuid
);

CREATE TABLE access.role_limit (
  role text NOT NULL,
  five_minutes integer NOT NULL,
  hour integer NOT NULL,
  day integer NOT NULL,
  export_day integer NOT NULL DEFAULT 0
);

CREATE TABLE access.role_permission (
  role text NOT NULL,
  action text NOT NULL,
  is_everywhere_only boolean NOT NULL
);

CREATE TABLE access.role_rule (
  role text NOT NULL,
  is_privileged boolean NOT NULL,
  sees_bulk boolean NOT NULL,
  controls_access boolean NOT NULL DEFAULT false,
  sees_people boolean NOT NULL DEFAULT false
);

CREATE TABLE contact_creator.contact (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  elector_id bigint,
  door_id bigint,
  found_name text,
  walk_id uuid,
  method text NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  do_not_return_until date,
  device_at timestamp with time zone NOT NULL,
  effective_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  recorded_by uuid NOT NULL,
  payload_hash bytea NOT NULL,
  ended_at timestamp with time zone,
  ended_by uuid,
  end_reason text,
  replaced_by uuid,
  released_by uuid
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.contact_answer (
  constituency_id text COLLATE "C" NOT NULL,
  contact_id uuid NOT NULL,
  vi_code text COLLATE "C",
  vi_category text,
  vi_party text COLLATE "C",
  second_preference text COLLATE "C",
  likelihood smallint,
  answers jsonb NOT NULL,
  flags text[] COLLATE "C" NOT NULL,
  flags_cleared text[] COLLATE "C" NOT NULL
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.contact_subject (
  constituency_id text COLLATE "C" NOT NULL,
  elector_id bigint NOT NULL,
  contact_id uuid NOT NULL
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.door (
  constituency_id text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  street_id bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  uprn bigint,
  address_lines text[] NOT NULL,
  postcode text COLLATE "C",
  unit text,
  building_name text,
  number integer,
  number_suffix text COLLATE "C" NOT NULL DEFAULT ''::text,
  number_end text,
  unit_key text COLLATE "C" NOT NULL DEFAULT ''::text,
  first_number numeric(12,4),
  address_key text COLLATE "C" NOT NULL DEFAULT ''::text,
  first_import_id uuid,
  do_not_knock_at timestamp with time zone
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.elector (
  constituency_id text COLLATE "C" NOT NULL,
  id bigint NOT NULL DEFAULT nextval('protection.subject_id'::regclass),
  is_current boolean NOT NULL DEFAULT true,
  entry_kind text NOT NULL,
  polling_district_id bigint NOT NULL,
  door_id bigint,
  number_prefix text COLLATE "C" NOT NULL,
  number numeric(12,4) NOT NULL,
  number_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS ((trim_scale(number))::text),
  number_suffix text COLLATE "C" NOT NULL DEFAULT ''::text,
  title text,
  forename text NOT NULL,
  middle_names text,
  surname text NOT NULL,
  name_suffix text,
  name_folded text COLLATE "C" NOT NULL,
  name_is_uncertain boolean NOT NULL DEFAULT false,
  franchise text COLLATE "C" NOT NULL DEFAULT ''::text,
  is_opted_out boolean NOT NULL DEFAULT false,
  attains_on date,
  external_id text COLLATE "C",
  first_import_id uuid NOT NULL,
  import_id uuid NOT NULL,
  removed_at timestamp with time zone,
  removed_import_id uuid,
  last_attempt_at timestamp with time zone,
  last_contact_at timestamp with time zone,
  attempt_count integer NOT NULL DEFAULT 0,
  contact_count integer NOT NULL DEFAULT 0,
  absent_vote text,
  has_landline boolean NOT NULL DEFAULT false,
  has_mobile boolean NOT NULL DEFAULT false,
  has_email boolean NOT NULL DEFAULT false,
  flags text[] NOT NULL DEFAULT '{}'::text[],
  objected_at timestamp with time zone,
  do_not_return_until date,
  is_deceased boolean NOT NULL DEFAULT false,
  has_moved boolean NOT NULL DEFAULT false
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.elector_opinion (
  constituency_id text COLLATE "C" NOT NULL,
  elector_id bigint NOT NULL,
  vi_code text COLLATE "C",
  vi_category text,
  vi_party text COLLATE "C",
  vi_at timestamp with time zone,
  vi_contact_id uuid,
  likelihood smallint
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.export (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  source_kind text NOT NULL,
  source_id uuid,
  columns text[] NOT NULL,
  classes text[] NOT NULL,
  purpose text NOT NULL,
  reason text NOT NULL,
  row_count integer NOT NULL,
  requested_by uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  forgotten_at timestamp with time zone
);

CREATE TABLE contact_creator.export_block (
  constituency_id text COLLATE "C" NOT NULL,
  export_id uuid NOT NULL,
  index integer NOT NULL,
  elector_ids bigint[] NOT NULL
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.export_fetch (
  constituency_id text COLLATE "C" NOT NULL,
  export_id uuid NOT NULL,
  id uuid NOT NULL,
  request_id uuid NOT NULL,
  account_id uuid NOT NULL,
  session_id uuid NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamp with time zone,
  outcome text,
  why text,
  bytes bigint,
  rows integer
);

CREATE TABLE contact_creator.list (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL DEFAULT 'walk'::text,
  name text NOT NULL,
  selection_id uuid,
  purpose text COLLATE "C" NOT NULL,
  uses_opinions boolean NOT NULL,
  cut_by text NOT NULL,
  max_doors integer NOT NULL,
  side_mode text,
  fatigue_days integer NOT NULL,
  selected_count integer NOT NULL,
  walk_count integer NOT NULL DEFAULT 0,
  door_count integer NOT NULL DEFAULT 0,
  elector_count integer NOT NULL DEFAULT 0,
  created_by uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE contact_creator.polling_district (
  constituency_id text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  code text COLLATE "C" NOT NULL,
  name text,
  ward_id text COLLATE "C",
  first_import_id uuid,
  version integer NOT NULL DEFAULT 1,
  ward_source text,
  ward_import_id uuid
);

CREATE TABLE contact_creator.polling_station (
  constituency_id text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  place text NOT NULL,
  address text NOT NULL,
  room text,
  ballot_box_numbers text[] NOT NULL DEFAULT '{}'::text[],
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE contact_creator.polling_station_district (
  constituency_id text COLLATE "C" NOT NULL,
  polling_station_id bigint NOT NULL,
  polling_district_id bigint NOT NULL
);

CREATE TABLE contact_creator.register_entry (
  constituency_id text COLLATE "C" NOT NULL,
  elector_id bigint NOT NULL,
  import_id uuid NOT NULL,
  line integer NOT NULL,
  door_id bigint,
  polling_district_id bigint NOT NULL,
  entry_kind text NOT NULL,
  number_prefix text COLLATE "C" NOT NULL,
  number numeric(12,4) NOT NULL,
  number_suffix text COLLATE "C" NOT NULL,
  title text,
  forename text NOT NULL,
  middle_names text,
  surname text NOT NULL,
  name_suffix text,
  name_folded text COLLATE "C" NOT NULL,
  name_is_uncertain boolean NOT NULL,
  franchise text COLLATE "C" NOT NULL,
  is_opted_out boolean NOT NULL,
  attains_on date,
  external_id text COLLATE "C",
  previous_import_id uuid,
  previous_is_current boolean,
  previous_removed_at timestamp with time zone,
  previous_removed_import_id uuid
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.register_import (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  state text NOT NULL,
  gateway text NOT NULL,
  ero text NOT NULL,
  published_on date NOT NULL,
  is_dry_run boolean NOT NULL,
  is_supplement boolean NOT NULL DEFAULT false,
  layout text,
  mapping jsonb,
  encoding text,
  delimiter text,
  file_hash text,
  file_bytes bigint,
  dropped_columns text[] NOT NULL DEFAULT '{}'::text[],
  header text[] NOT NULL DEFAULT '{}'::text[],
  counts jsonb NOT NULL DEFAULT '{}'::jsonb,
  error_code text,
  error_detail text,
  requested_by uuid NOT NULL,
  requested_at timestamp with time zone NOT NULL DEFAULT now(),
  committed_at timestamp with time zone,
  undone_at timestamp with time zone,
  job_id uuid,
  receipt uuid,
  register_type text NOT NULL,
  election_on date
);

CREATE TABLE contact_creator.register_import_row (
  constituency_id text COLLATE "C" NOT NULL,
  import_id uuid NOT NULL,
  line integer NOT NULL,
  outcome text NOT NULL,
  field text,
  reason text NOT NULL,
  cells text[],
  repeat_hash text,
  decision text,
  decided_by uuid,
  decided_at timestamp with time zone,
  "position" integer NOT NULL DEFAULT 0,
  entry jsonb
);

CREATE TABLE contact_creator.register_upload (
  constituency_id text COLLATE "C" NOT NULL,
  import_id uuid NOT NULL,
  chunk integer NOT NULL,
  bytes bytea NOT NULL
);

CREATE TABLE contact_creator.road_group (
  constituency_id text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  polling_district_id bigint NOT NULL,
  name text NOT NULL,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE contact_creator.selection (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  definition jsonb NOT NULL,
  uses_opinions boolean NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  frozen_at timestamp with time zone,
  frozen_count integer,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE contact_creator.selection_member (
  constituency_id text COLLATE "C" NOT NULL,
  selection_id uuid NOT NULL,
  elector_id bigint NOT NULL
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.street (
  constituency_id text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  polling_district_id bigint NOT NULL,
  name text NOT NULL,
  name_folded text COLLATE "C" NOT NULL,
  road_group_id bigint,
  side_mode text NOT NULL DEFAULT 'both'::text,
  walk_position integer,
  first_import_id uuid,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE contact_creator.voting_intention_code (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  code text COLLATE "C" NOT NULL,
  label text NOT NULL,
  category text NOT NULL,
  party text,
  valid_from date NOT NULL,
  valid_until date,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE contact_creator.walk (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  list_id uuid NOT NULL,
  "position" integer NOT NULL,
  polling_district_id bigint NOT NULL,
  road_group_id bigint,
  name text NOT NULL,
  door_count integer NOT NULL,
  elector_count integer NOT NULL,
  assigned_to uuid,
  assigned_from timestamp with time zone,
  assigned_until timestamp with time zone,
  claimed_by uuid,
  claimed_at timestamp with time zone,
  claim_expires_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE contact_creator.walk_door (
  constituency_id text COLLATE "C" NOT NULL,
  walk_id uuid NOT NULL,
  "position" integer NOT NULL,
  door_id bigint NOT NULL
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.walk_elector (
  constituency_id text COLLATE "C" NOT NULL,
  walk_id uuid NOT NULL,
  door_id bigint NOT NULL,
  elector_id bigint NOT NULL
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE contact_creator.walk_past (
  constituency_id text COLLATE "C" NOT NULL,
  walk_id uuid NOT NULL,
  account_id uuid NOT NULL,
  from_at timestamp with time zone NOT NULL,
  until_at timestamp with time zone NOT NULL
);

CREATE TABLE geography.constituency (
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  name_cy text,
  nation text NOT NULL
);

CREATE TABLE geography.postcode (
  postcode text COLLATE "C" NOT NULL,
  ward_id text COLLATE "C",
  constituency_id text COLLATE "C" NOT NULL,
  easting integer,
  northing integer,
  is_invented boolean NOT NULL DEFAULT false
);

CREATE TABLE geography.ward (
  id text COLLATE "C" NOT NULL,
  name text,
  lad_code text COLLATE "C" NOT NULL
);

CREATE TABLE geography.ward_constituency (
  constituency_id text COLLATE "C" NOT NULL,
  ward_id text COLLATE "C" NOT NULL
);

CREATE TABLE http.idempotency_key (
  account_id uuid NOT NULL,
  key text NOT NULL,
  route text NOT NULL,
  body_hash text NOT NULL,
  target_id text NOT NULL,
  made_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE identity.account (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL,
  username text NOT NULL,
  display_name text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  closed_at timestamp with time zone
);

CREATE TABLE identity.client_scope (
  account_id uuid NOT NULL,
  action text NOT NULL
);

CREATE TABLE identity.client_secret (
  account_id uuid NOT NULL,
  hash bytea NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE identity.failed_attempt (
  subject bytea NOT NULL,
  part_of bytea,
  failures integer NOT NULL,
  blocked_until timestamp with time zone NOT NULL,
  last_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE identity.one_time_token (
  hash bytea NOT NULL,
  kind text NOT NULL,
  account_id uuid,
  issued_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone
);

CREATE TABLE identity.password (
  account_id uuid NOT NULL,
  hash text NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE identity.recovery_code (
  account_id uuid NOT NULL,
  hash bytea NOT NULL,
  used_at timestamp with time zone
);

CREATE TABLE identity.refresh_token (
  hash bytea NOT NULL,
  session_id uuid NOT NULL,
  parent bytea,
  issued_at timestamp with time zone NOT NULL DEFAULT now(),
  rotated_at timestamp with time zone
);

CREATE TABLE identity.session (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  account_id uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  mfa_at timestamp with time zone,
  stepped_up_until timestamp with time zone,
  ended_at timestamp with time zone,
  ended_why text
);

CREATE TABLE identity.totp (
  account_id uuid NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  confirmed_at timestamp with time zone
);

CREATE TABLE identity.totp_reset (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  account_id uuid NOT NULL,
  asked_by uuid NOT NULL,
  asked_at timestamp with time zone NOT NULL DEFAULT now(),
  confirmed_by uuid,
  confirmed_at timestamp with time zone
);

CREATE TABLE identity.used_totp_counter (
  account_id uuid NOT NULL,
  counter bigint NOT NULL
);

CREATE TABLE jobs.job (
  id uuid NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  scopes text[] NOT NULL,
  account_id uuid,
  session_id uuid,
  state text NOT NULL DEFAULT 'queued'::text,
  run_at timestamp with time zone NOT NULL DEFAULT now(),
  attempts smallint NOT NULL DEFAULT 0,
  max_attempts smallint NOT NULL,
  claim integer NOT NULL DEFAULT 0,
  incarnation uuid,
  lease_until timestamp with time zone,
  progress jsonb NOT NULL DEFAULT '{"done": 0, "note": null, "total": null}'::jsonb,
  cancel_requested boolean NOT NULL DEFAULT false,
  error_code text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone
);

CREATE TABLE ks.config (
  only_row boolean NOT NULL DEFAULT true,
  lease_ms integer NOT NULL DEFAULT 2000,
  beat_ms integer NOT NULL DEFAULT 400,
  guard_ms integer NOT NULL DEFAULT 100,
  rho_ppm integer NOT NULL DEFAULT 1000
);

CREATE TABLE ks.cut (
  number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  id uuid NOT NULL,
  incarnation uuid NOT NULL,
  epoch bigint,
  at timestamp with time zone NOT NULL,
  what text NOT NULL,
  is_late boolean NOT NULL,
  why text NOT NULL,
  request_id uuid NOT NULL,
  account_id uuid NOT NULL,
  session_id uuid NOT NULL,
  route text NOT NULL,
  action text NOT NULL,
  bytes bigint NOT NULL,
  rows integer
);

CREATE TABLE ks.drill (
  id uuid NOT NULL,
  suspension_id uuid NOT NULL,
  ordered_by uuid,
  slot bigint,
  started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamp with time zone,
  is_ok boolean,
  was_refused boolean,
  barrier_ms integer,
  answer_ms integer
);

CREATE TABLE ks.flip (
  epoch bigint NOT NULL,
  action text NOT NULL,
  scopes text[] NOT NULL,
  suspension_id uuid,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  terminated integer,
  drained_at timestamp with time zone,
  completed_at timestamp with time zone,
  certificate_id uuid
);

CREATE TABLE ks.flip_member (
  epoch bigint NOT NULL,
  incarnation uuid NOT NULL,
  hb bigint NOT NULL,
  how text,
  closed_ms integer,
  drained_ms integer
);

CREATE TABLE ks.journal (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  "position" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  entry jsonb NOT NULL
);

CREATE TABLE ks.lineage (
  only_row boolean NOT NULL DEFAULT true,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  parent uuid,
  since timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ks.past_stamp (
  stamp uuid NOT NULL,
  epoch bigint NOT NULL
);

CREATE TABLE ks.refusal_count (
  epoch bigint NOT NULL,
  incarnation uuid NOT NULL,
  refused integer NOT NULL
);

CREATE TABLE ks.replica (
  incarnation uuid NOT NULL,
  number integer NOT NULL GENERATED ALWAYS AS IDENTITY,
  host text NOT NULL,
  pid integer NOT NULL,
  build text NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamp with time zone,
  fenced boolean NOT NULL DEFAULT false,
  lease_ms integer NOT NULL DEFAULT 2000,
  hb bigint NOT NULL DEFAULT 0,
  closed_epoch bigint NOT NULL DEFAULT 0,
  drained_epoch bigint NOT NULL DEFAULT 0,
  last_seen_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ks.scope (
  lock_id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  suspended boolean NOT NULL DEFAULT false,
  gen bigint NOT NULL DEFAULT 0,
  since_epoch bigint NOT NULL DEFAULT 0
) WITH (fillfactor=90);

CREATE TABLE ks.seal_key (
  only_row boolean NOT NULL DEFAULT true,
  inner_block bytea NOT NULL,
  outer_block bytea NOT NULL
);

CREATE TABLE ks.state (
  only_row boolean NOT NULL DEFAULT true,
  epoch bigint NOT NULL,
  stamp uuid NOT NULL DEFAULT gen_random_uuid()
);

CREATE TABLE ks.suspension (
  id uuid NOT NULL,
  target_kind text NOT NULL,
  target_id text NOT NULL,
  reason text NOT NULL,
  notice text,
  in_force_at timestamp with time zone DEFAULT clock_timestamp(),
  epoch bigint,
  ordered_by uuid,
  lift_asked_by uuid,
  lift_asked_at timestamp with time zone,
  lift_reason text,
  lifted_by uuid,
  lifted_at timestamp with time zone,
  lift_epoch bigint,
  ordered_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  starts_at timestamp with time zone,
  expires_at timestamp with time zone,
  review_at timestamp with time zone NOT NULL DEFAULT (clock_timestamp() + '72:00:00'::interval),
  appeal_note text,
  lift_asked_epoch bigint,
  is_expired boolean NOT NULL DEFAULT false,
  ordered_by_operator text,
  lifted_by_operator text
);

CREATE TABLE ledger.action (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  account_id uuid,
  session_id uuid,
  tool text,
  action text NOT NULL,
  outcome text NOT NULL,
  code text,
  target_kind text,
  target_id text,
  request_id uuid,
  detail jsonb NOT NULL DEFAULT '{}'::jsonb,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
) PARTITION BY RANGE (at);

CREATE TABLE ledger.checkpoint (
  size bigint NOT NULL,
  note text NOT NULL,
  signed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ledger.checkpoint_key (
  name text NOT NULL,
  first_used_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ledger.disclosure (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  account_id uuid NOT NULL,
  session_id uuid NOT NULL,
  role text NOT NULL,
  tool text,
  action text NOT NULL,
  purpose text NOT NULL,
  data_classes text[] NOT NULL,
  constituencies text[],
  request_id uuid NOT NULL,
  address_class text NOT NULL,
  rows integer NOT NULL,
  subject_ids bigint[] NOT NULL,
  target_kind text,
  target_id text,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
) PARTITION BY RANGE (at);

CREATE TABLE ledger.leaf (
  "position" bigint NOT NULL,
  record text NOT NULL,
  at timestamp with time zone NOT NULL,
  id uuid NOT NULL,
  salt uuid,
  hash bytea NOT NULL
);

CREATE TABLE ledger.log (
  is_only boolean NOT NULL DEFAULT true,
  origin text NOT NULL DEFAULT ('rosette/'::text || gen_random_uuid())
);

CREATE TABLE ledger.node (
  level integer NOT NULL,
  place bigint NOT NULL,
  hash bytea NOT NULL
);

CREATE TABLE ledger.round (
  size bigint NOT NULL,
  root bytea NOT NULL,
  sealed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  snapshot pg_snapshot NOT NULL,
  cluster bigint NOT NULL
);

CREATE TABLE mail.outbox (
  id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  scopes text[] NOT NULL,
  message_id text NOT NULL,
  to_address text,
  subject text,
  text text,
  html text,
  headers jsonb,
  state text NOT NULL DEFAULT 'queued'::text,
  attempts smallint NOT NULL DEFAULT 0,
  next_at timestamp with time zone NOT NULL DEFAULT now(),
  claim integer NOT NULL DEFAULT 0,
  incarnation uuid,
  lease_until timestamp with time zone,
  is_uncertain boolean NOT NULL DEFAULT false,
  error_code text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  handed_over_at timestamp with time zone,
  recipient_hashes text[] NOT NULL DEFAULT '{}'::text[]
);

CREATE TABLE organise.branch (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  closed_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE organise.branch_ward (
  constituency_id text COLLATE "C" NOT NULL,
  ward_id text COLLATE "C" NOT NULL,
  branch_id uuid NOT NULL
);

CREATE TABLE organise.event (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  branch_id uuid,
  kind text NOT NULL,
  title text NOT NULL,
  description text,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  time_zone text NOT NULL DEFAULT 'Europe/London'::text,
  venue_name text,
  venue_address text,
  venue_postcode text COLLATE "C",
  accessibility text,
  capacity integer,
  allow_waiting boolean NOT NULL DEFAULT true,
  state text NOT NULL DEFAULT 'planned'::text,
  cancelled_reason text,
  cancelled_at timestamp with time zone,
  going_count integer NOT NULL DEFAULT 0,
  waiting_count integer NOT NULL DEFAULT 0,
  last_number integer NOT NULL DEFAULT 0,
  created_by uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE organise.mailing (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  subject text NOT NULL,
  body_text text NOT NULL,
  segment jsonb NOT NULL,
  purpose text NOT NULL DEFAULT 'member-communication'::text,
  state text NOT NULL DEFAULT 'draft'::text,
  job_id uuid,
  created_by uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  sent_by uuid,
  sent_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1
);

CREATE TABLE organise.mailing_recipient (
  constituency_id text COLLATE "C" NOT NULL,
  mailing_id uuid NOT NULL,
  member_id bigint NOT NULL,
  state text NOT NULL DEFAULT 'pending'::text,
  outbox_id uuid,
  at timestamp with time zone NOT NULL DEFAULT now()
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE organise.member (
  constituency_id text COLLATE "C" NOT NULL,
  id bigint NOT NULL DEFAULT nextval('protection.subject_id'::regclass),
  membership_number text COLLATE "C" NOT NULL,
  kind text NOT NULL DEFAULT 'member'::text,
  status text NOT NULL DEFAULT 'current'::text,
  title text,
  forename text NOT NULL,
  middle_names text,
  surname text NOT NULL,
  name_folded text COLLATE "C" NOT NULL DEFAULT ''::text,
  joined_on date,
  left_on date,
  branch_id uuid,
  has_email boolean NOT NULL DEFAULT false,
  has_mobile boolean NOT NULL DEFAULT false,
  first_import_id uuid,
  import_id uuid,
  version integer NOT NULL DEFAULT 1
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE organise.member_contact_detail (
  constituency_id text COLLATE "C" NOT NULL,
  member_id bigint NOT NULL,
  email text,
  mobile text,
  landline text,
  address_lines text[] NOT NULL DEFAULT '{}'::text[],
  postcode text COLLATE "C"
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE organise.member_import (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  state text NOT NULL,
  published_on date,
  is_dry_run boolean NOT NULL,
  is_complete boolean NOT NULL,
  is_supplement boolean NOT NULL DEFAULT false,
  mapping jsonb,
  encoding text,
  delimiter text,
  file_hash text,
  file_bytes bigint,
  dropped_columns text[] NOT NULL DEFAULT '{}'::text[],
  header text[] NOT NULL DEFAULT '{}'::text[],
  counts jsonb NOT NULL DEFAULT '{}'::jsonb,
  error_code text,
  error_detail text,
  requested_by uuid NOT NULL,
  requested_at timestamp with time zone NOT NULL DEFAULT now(),
  committed_at timestamp with time zone,
  job_id uuid,
  receipt uuid
);

CREATE TABLE organise.member_import_row (
  constituency_id text COLLATE "C" NOT NULL,
  import_id uuid NOT NULL,
  line integer NOT NULL,
  "position" integer NOT NULL,
  outcome text NOT NULL,
  field text,
  reason text NOT NULL,
  cells text[],
  member_id bigint
);

CREATE TABLE organise.member_status_change (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  member_id bigint NOT NULL,
  from_status text,
  to_status text NOT NULL,
  reason text,
  import_id uuid,
  changed_by uuid,
  changed_at timestamp with time zone NOT NULL DEFAULT now()
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE organise.member_upload (
  constituency_id text COLLATE "C" NOT NULL,
  import_id uuid NOT NULL,
  chunk integer NOT NULL,
  bytes bytea NOT NULL
);

CREATE TABLE organise.role_holder (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  member_id bigint NOT NULL,
  office text NOT NULL,
  branch_id uuid,
  from_on date NOT NULL,
  until_on date NOT NULL,
  ended_reason text,
  version integer NOT NULL DEFAULT 1
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE organise.sign_up (
  constituency_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  event_id uuid NOT NULL,
  member_id bigint NOT NULL,
  number integer NOT NULL,
  role text NOT NULL,
  state text NOT NULL,
  signed_up_by uuid NOT NULL,
  signed_up_at timestamp with time zone NOT NULL DEFAULT now(),
  checked_in_by uuid,
  checked_in_at timestamp with time zone,
  cancelled_by uuid,
  cancelled_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1
) PARTITION BY HASH (constituency_id); -- 16 partitions

CREATE TABLE protection.budget_counter (
  account_id uuid NOT NULL,
  five_minutes_bucket integer NOT NULL,
  five_minutes_rows integer NOT NULL,
  five_minutes_before integer NOT NULL,
  hour_bucket integer NOT NULL,
  hour_rows integer NOT NULL,
  hour_before integer NOT NULL,
  day_bucket integer NOT NULL,
  day_rows integer NOT NULL,
  day_before integer NOT NULL
) WITH (fillfactor=50);

CREATE TABLE protection.controller_profile (
  version integer NOT NULL,
  party_name text NOT NULL,
  party_registration text,
  ico_registration text,
  policy_reference text,
  policy_adopted_on date,
  policy_review_on date,
  changed_by uuid NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE protection.export_counter (
  account_id uuid NOT NULL,
  day_bucket integer NOT NULL,
  day_rows bigint NOT NULL,
  day_before bigint NOT NULL
) WITH (fillfactor=50);

CREATE TABLE protection.purpose (
  code text NOT NULL,
  title text NOT NULL,
  lawful_basis text NOT NULL,
  article9_condition text,
  tools text[] NOT NULL,
  data_classes text[] NOT NULL,
  retention text NOT NULL,
  author text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  ended_at timestamp with time zone
);

CREATE TABLE protection.suppression (
  channel text NOT NULL,
  address_hash text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  subject_id bigint,
  at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE protection.undertaking (
  version integer NOT NULL,
  text text NOT NULL,
  in_force_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE protection.undertaking_acceptance (
  account_id uuid NOT NULL,
  version integer NOT NULL,
  accepted_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE quarantine.deposit (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  token_hash bytea NOT NULL,
  device_id uuid NOT NULL,
  digest bytea NOT NULL,
  constituency_id text COLLATE "C" NOT NULL,
  list_id uuid NOT NULL,
  walk_id uuid NOT NULL,
  account_id uuid NOT NULL,
  session_id uuid NOT NULL,
  received_at timestamp with time zone NOT NULL,
  received integer NOT NULL,
  bytes integer NOT NULL,
  key_id text,
  sealed bytea,
  state text NOT NULL DEFAULT 'quarantined'::text,
  decided_at timestamp with time zone,
  decided_by uuid,
  reason text,
  outcomes jsonb
);

CREATE TABLE quarantine.token (
  token_hash bytea NOT NULL,
  constituency_id text COLLATE "C" NOT NULL,
  list_id uuid NOT NULL,
  walk_id uuid NOT NULL,
  account_id uuid NOT NULL,
  session_id uuid NOT NULL,
  issued_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamp with time zone NOT NULL
);


-- Constraints

ALTER TABLE access.action_rule ADD CONSTRAINT action_rule_reach_known CHECK ((reach = ANY (ARRAY['tool'::text, 'control'::text, 'rights'::text, 'self'::text])));
ALTER TABLE access.action_rule ADD CONSTRAINT action_rule_tool_of_reach CHECK (((reach = 'tool'::text) = (tool IS NOT NULL)));
ALTER TABLE access.action_rule ADD CONSTRAINT action_rule_pkey PRIMARY KEY (action);
ALTER TABLE access.departure ADD CONSTRAINT departure_reason_shape CHECK (((length(reason) >= 1) AND (length(reason) <= 2000)));
ALTER TABLE access.departure ADD CONSTRAINT departure_standing_known CHECK ((standing = ANY (ARRAY['resigned'::text, 'lost-the-whip'::text, 'expelled'::text, 'lapsed'::text, 'died'::text])));
ALTER TABLE access.departure ADD CONSTRAINT departure_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE access.departure ADD CONSTRAINT departure_ordered_by_fkey FOREIGN KEY (ordered_by) REFERENCES identity.account(id);
ALTER TABLE access.departure ADD CONSTRAINT departure_pkey PRIMARY KEY (id);
ALTER TABLE access.office ADD CONSTRAINT office_kind_known CHECK ((kind = ANY (ARRAY['party'::text, 'representative'::text])));
ALTER TABLE access.office ADD CONSTRAINT office_name_shape CHECK (((length(name) >= 1) AND (length(name) <= 200)));
ALTER TABLE access.office ADD CONSTRAINT office_representative_of_kind CHECK (((kind = 'representative'::text) OR (representative_id IS NULL)));
ALTER TABLE access.office ADD CONSTRAINT office_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE access.office ADD CONSTRAINT office_representative_fkey FOREIGN KEY (representative_id) REFERENCES identity.account(id);
ALTER TABLE access.office ADD CONSTRAINT office_pkey PRIMARY KEY (id);
ALTER TABLE access.office_member ADD CONSTRAINT office_member_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE access.office_member ADD CONSTRAINT office_member_office_fkey FOREIGN KEY (office_id) REFERENCES access.office(id);
ALTER TABLE access.office_member ADD CONSTRAINT office_member_pkey PRIMARY KEY (account_id, office_id, from_at);
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_approved_by_another CHECK (((approved_by <> granted_by) AND (approved_by <> account_id)));
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_area_kind_known CHECK ((area_kind = ANY (ARRAY['everywhere'::text, 'constituency'::text])));
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_area_named CHECK (((area_kind = 'everywhere'::text) = (constituency_id IS NULL)));
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_not_to_oneself CHECK ((granted_by <> account_id));
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_tenure_at_most_a_year CHECK ((until_at <= (from_at + '366 days'::interval)));
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_tenure_ordered CHECK ((from_at < until_at));
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES identity.account(id);
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES identity.account(id);
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES identity.account(id);
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_renews_fkey FOREIGN KEY (renews) REFERENCES access.role_grant(id);
ALTER TABLE access.role_grant ADD CONSTRAINT role_grant_pkey PRIMARY KEY (id);
ALTER TABLE access.role_limit ADD CONSTRAINT role_limit_export_day_positive CHECK ((export_day >= 0));
ALTER TABLE access.role_limit ADD CONSTRAINT role_limit_positive CHECK (((five_minutes > 0) AND (five_minutes <= hour) AND (hour <= day)));
ALTER TABLE access.role_limit ADD CONSTRAINT role_limit_pkey PRIMARY KEY (role);
ALTER TABLE access.role_permission ADD CONSTRAINT role_permission_pkey PRIMARY KEY (role, action);
ALTER TABLE access.role_rule ADD CONSTRAINT role_rule_control_apart CHECK ((NOT (controls_access AND sees_people)));
ALTER TABLE access.role_rule ADD CONSTRAINT role_rule_pkey PRIMARY KEY (role);
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_effective_by_then CHECK ((effective_at <= recorded_at));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_end_reason_shape CHECK (((length(end_reason) >= 1) AND (length(end_reason) <= 500)));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_ending_whole CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (end_reason IS NULL)) AND ((replaced_by IS NULL) OR (ended_at IS NOT NULL))));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_found_name_shape CHECK (((length(found_name) >= 1) AND (length(found_name) <= 200)));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_method_known CHECK ((method = ANY (ARRAY['doorstep'::text, 'phone'::text, 'street'::text, 'message'::text])));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_outcome_known CHECK ((outcome = ANY (ARRAY['canvassed'::text, 'not-in'::text, 'refused'::text, 'moved'::text, 'deceased'::text, 'inaccessible'::text, 'language-difference'::text, 'do-not-return'::text, 'do-not-contact'::text, 'do-not-knock'::text])));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_payload_hash_size CHECK ((length(payload_hash) = 32));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_return_dated CHECK (((outcome = 'do-not-return'::text) = (do_not_return_until IS NOT NULL)));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_whom CHECK (((num_nonnulls(elector_id, found_name) <= 1) AND (num_nonnulls(elector_id, door_id) >= 1)));
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_released_by_fkey FOREIGN KEY (released_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.contact ADD CONSTRAINT contact_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.contact_answer ADD CONSTRAINT contact_answer_answers_object CHECK ((jsonb_typeof(answers) = 'object'::text));
ALTER TABLE contact_creator.contact_answer ADD CONSTRAINT contact_answer_category_known CHECK ((vi_category = ANY (ARRAY['firm-support'::text, 'lean-support'::text, 'undecided'::text, 'lean-other'::text, 'firm-other'::text, 'wont-say'::text, 'non-voter'::text])));
ALTER TABLE contact_creator.contact_answer ADD CONSTRAINT contact_answer_code_mapped CHECK (((vi_code IS NULL) = (vi_category IS NULL)));
ALTER TABLE contact_creator.contact_answer ADD CONSTRAINT contact_answer_likelihood_range CHECK (((likelihood >= 0) AND (likelihood <= 10)));
ALTER TABLE contact_creator.contact_answer ADD CONSTRAINT contact_answer_pkey PRIMARY KEY (constituency_id, contact_id);
ALTER TABLE contact_creator.contact_subject ADD CONSTRAINT contact_subject_pkey PRIMARY KEY (constituency_id, elector_id, contact_id);
ALTER TABLE contact_creator.door ADD CONSTRAINT door_street_fkey FOREIGN KEY (constituency_id, street_id) REFERENCES contact_creator.street(constituency_id, id);
ALTER TABLE contact_creator.door ADD CONSTRAINT door_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.door ADD CONSTRAINT door_key_unique UNIQUE (constituency_id, key);
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_absent_vote_known CHECK ((absent_vote = ANY (ARRAY['post'::text, 'proxy'::text, 'postal-proxy'::text])));
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_anonymous_bare CHECK (((entry_kind <> 'anonymous'::text) OR ((forename = ''::text) AND (surname = ''::text) AND (door_id IS NULL))));
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_attempt_count_positive CHECK ((attempt_count >= 0));
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_contact_count_positive CHECK ((contact_count >= 0));
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_entry_kind_known CHECK ((entry_kind = ANY (ARRAY['ordinary'::text, 'other'::text, 'anonymous'::text])));
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_number_positive CHECK ((number >= (0)::numeric));
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_number_prefix_shape CHECK (((length(number_prefix) >= 1) AND (length(number_prefix) <= 10)));
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_district_fkey FOREIGN KEY (constituency_id, polling_district_id) REFERENCES contact_creator.polling_district(constituency_id, id);
ALTER TABLE contact_creator.elector ADD CONSTRAINT elector_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.elector_opinion ADD CONSTRAINT elector_opinion_category_known CHECK ((vi_category = ANY (ARRAY['firm-support'::text, 'lean-support'::text, 'undecided'::text, 'lean-other'::text, 'firm-other'::text, 'wont-say'::text, 'non-voter'::text])));
ALTER TABLE contact_creator.elector_opinion ADD CONSTRAINT elector_opinion_likelihood_range CHECK (((likelihood >= 0) AND (likelihood <= 10)));
ALTER TABLE contact_creator.elector_opinion ADD CONSTRAINT elector_opinion_pkey PRIMARY KEY (constituency_id, elector_id);
ALTER TABLE contact_creator.export ADD CONSTRAINT export_classes_some CHECK ((cardinality(classes) > 0));
ALTER TABLE contact_creator.export ADD CONSTRAINT export_columns_some CHECK ((cardinality(columns) > 0));
ALTER TABLE contact_creator.export ADD CONSTRAINT export_expires_in_a_day CHECK ((expires_at <= (created_at + '24:00:00'::interval)));
ALTER TABLE contact_creator.export ADD CONSTRAINT export_reason_shape CHECK (((length(reason) >= 1) AND (length(reason) <= 2000)));
ALTER TABLE contact_creator.export ADD CONSTRAINT export_row_count_positive CHECK ((row_count >= 0));
ALTER TABLE contact_creator.export ADD CONSTRAINT export_source_kind_known CHECK ((source_kind = ANY (ARRAY['constituency'::text, 'selection'::text, 'list'::text])));
ALTER TABLE contact_creator.export ADD CONSTRAINT export_source_whole CHECK (((source_kind = 'constituency'::text) = (source_id IS NULL)));
ALTER TABLE contact_creator.export ADD CONSTRAINT export_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE contact_creator.export ADD CONSTRAINT export_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.export ADD CONSTRAINT export_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.export_block ADD CONSTRAINT export_block_electors_bounded CHECK (((cardinality(elector_ids) >= 1) AND (cardinality(elector_ids) <= 5000)));
ALTER TABLE contact_creator.export_block ADD CONSTRAINT export_block_index_positive CHECK ((index >= 0));
ALTER TABLE contact_creator.export_block ADD CONSTRAINT export_block_pkey PRIMARY KEY (constituency_id, export_id, index);
ALTER TABLE contact_creator.export_fetch ADD CONSTRAINT export_fetch_end_whole CHECK ((((ended_at IS NULL) = (outcome IS NULL)) AND ((outcome = 'cut'::text) = (why IS NOT NULL))));
ALTER TABLE contact_creator.export_fetch ADD CONSTRAINT export_fetch_outcome_known CHECK ((outcome = ANY (ARRAY['finished'::text, 'cut'::text])));
ALTER TABLE contact_creator.export_fetch ADD CONSTRAINT export_fetch_why_shape CHECK ((why ~ '^[a-z][a-z0-9-]{0,59}$'::text));
ALTER TABLE contact_creator.export_fetch ADD CONSTRAINT export_fetch_export_fkey FOREIGN KEY (constituency_id, export_id) REFERENCES contact_creator.export(constituency_id, id);
ALTER TABLE contact_creator.export_fetch ADD CONSTRAINT export_fetch_pkey PRIMARY KEY (constituency_id, export_id, id);
ALTER TABLE contact_creator.list ADD CONSTRAINT list_cut_by_known CHECK ((cut_by = ANY (ARRAY['road-group'::text, 'size'::text])));
ALTER TABLE contact_creator.list ADD CONSTRAINT list_fatigue_days_range CHECK (((fatigue_days >= 1) AND (fatigue_days <= 365)));
ALTER TABLE contact_creator.list ADD CONSTRAINT list_kind_known CHECK ((kind = 'walk'::text));
ALTER TABLE contact_creator.list ADD CONSTRAINT list_max_doors_range CHECK (((max_doors >= 10) AND (max_doors <= 200)));
ALTER TABLE contact_creator.list ADD CONSTRAINT list_name_shape CHECK (((length(name) >= 1) AND (length(name) <= 200)));
ALTER TABLE contact_creator.list ADD CONSTRAINT list_side_mode_known CHECK ((side_mode = ANY (ARRAY['both'::text, 'odd'::text, 'even'::text, 'odd-then-even'::text, 'loop'::text])));
ALTER TABLE contact_creator.list ADD CONSTRAINT list_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE contact_creator.list ADD CONSTRAINT list_created_by_fkey FOREIGN KEY (created_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.list ADD CONSTRAINT list_selection_fkey FOREIGN KEY (constituency_id, selection_id) REFERENCES contact_creator.selection(constituency_id, id) ON DELETE SET NULL (selection_id);
ALTER TABLE contact_creator.list ADD CONSTRAINT list_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.polling_district ADD CONSTRAINT polling_district_code_shape CHECK (((length(code) >= 1) AND (length(code) <= 10)));
ALTER TABLE contact_creator.polling_district ADD CONSTRAINT polling_district_ward_import_named CHECK (((ward_import_id IS NULL) = (COALESCE(ward_source, 'person'::text) = 'person'::text)));
ALTER TABLE contact_creator.polling_district ADD CONSTRAINT polling_district_ward_source_known CHECK ((ward_source = ANY (ARRAY['person'::text, 'register'::text, 'postcodes'::text, 'sectors'::text])));
ALTER TABLE contact_creator.polling_district ADD CONSTRAINT polling_district_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE contact_creator.polling_district ADD CONSTRAINT polling_district_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.polling_district ADD CONSTRAINT polling_district_code_unique UNIQUE (constituency_id, code);
ALTER TABLE contact_creator.polling_station ADD CONSTRAINT polling_station_address_shape CHECK ((length(address) <= 500));
ALTER TABLE contact_creator.polling_station ADD CONSTRAINT polling_station_place_shape CHECK (((length(place) >= 1) AND (length(place) <= 200)));
ALTER TABLE contact_creator.polling_station ADD CONSTRAINT polling_station_room_shape CHECK (((length(room) >= 1) AND (length(room) <= 200)));
ALTER TABLE contact_creator.polling_station ADD CONSTRAINT polling_station_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE contact_creator.polling_station ADD CONSTRAINT polling_station_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.polling_station_district ADD CONSTRAINT polling_station_district_district_fkey FOREIGN KEY (constituency_id, polling_district_id) REFERENCES contact_creator.polling_district(constituency_id, id);
ALTER TABLE contact_creator.polling_station_district ADD CONSTRAINT polling_station_district_station_fkey FOREIGN KEY (constituency_id, polling_station_id) REFERENCES contact_creator.polling_station(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE contact_creator.polling_station_district ADD CONSTRAINT polling_station_district_pkey PRIMARY KEY (constituency_id, polling_station_id, polling_district_id);
ALTER TABLE contact_creator.register_entry ADD CONSTRAINT register_entry_pkey PRIMARY KEY (constituency_id, import_id, elector_id);
ALTER TABLE contact_creator.register_import ADD CONSTRAINT register_import_election_of_candidate CHECK (((gateway = 'candidate'::text) = (election_on IS NOT NULL)));
ALTER TABLE contact_creator.register_import ADD CONSTRAINT register_import_gateway_known CHECK ((gateway = ANY (ARRAY['constituency-party'::text, 'registered-party'::text, 'candidate'::text, 'elected-representative'::text])));
ALTER TABLE contact_creator.register_import ADD CONSTRAINT register_import_state_known CHECK ((state = ANY (ARRAY['receiving'::text, 'reading'::text, 'staged'::text, 'committing'::text, 'committed'::text, 'undoing'::text, 'undone'::text, 'expired'::text, 'failed'::text, 'cancelled'::text])));
ALTER TABLE contact_creator.register_import ADD CONSTRAINT register_import_type_known CHECK ((register_type = ANY (ARRAY['revised'::text, 'monthly'::text, 'election'::text])));
ALTER TABLE contact_creator.register_import ADD CONSTRAINT register_import_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE contact_creator.register_import ADD CONSTRAINT register_import_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.register_import ADD CONSTRAINT register_import_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.register_import_row ADD CONSTRAINT register_import_row_decision_known CHECK ((decision = ANY (ARRAY['take'::text, 'leave'::text])));
ALTER TABLE contact_creator.register_import_row ADD CONSTRAINT register_import_row_outcome_known CHECK ((outcome = ANY (ARRAY['rejected'::text, 'not-stored'::text, 'review'::text, 'warning'::text])));
ALTER TABLE contact_creator.register_import_row ADD CONSTRAINT register_import_row_under_16_empty CHECK (((outcome <> 'not-stored'::text) OR ((cells IS NULL) AND (entry IS NULL))));
ALTER TABLE contact_creator.register_import_row ADD CONSTRAINT register_import_row_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.register_import_row ADD CONSTRAINT register_import_row_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES contact_creator.register_import(constituency_id, id);
ALTER TABLE contact_creator.register_import_row ADD CONSTRAINT register_import_row_pkey PRIMARY KEY (constituency_id, import_id, line, "position");
ALTER TABLE contact_creator.register_upload ADD CONSTRAINT register_upload_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES contact_creator.register_import(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE contact_creator.register_upload ADD CONSTRAINT register_upload_pkey PRIMARY KEY (constituency_id, import_id, chunk);
ALTER TABLE contact_creator.road_group ADD CONSTRAINT road_group_name_shape CHECK (((length(name) >= 1) AND (length(name) <= 200)));
ALTER TABLE contact_creator.road_group ADD CONSTRAINT road_group_district_fkey FOREIGN KEY (constituency_id, polling_district_id) REFERENCES contact_creator.polling_district(constituency_id, id);
ALTER TABLE contact_creator.road_group ADD CONSTRAINT road_group_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.selection ADD CONSTRAINT selection_frozen_whole CHECK (((frozen_at IS NULL) = (frozen_count IS NULL)));
ALTER TABLE contact_creator.selection ADD CONSTRAINT selection_name_shape CHECK (((length(name) >= 1) AND (length(name) <= 200)));
ALTER TABLE contact_creator.selection ADD CONSTRAINT selection_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE contact_creator.selection ADD CONSTRAINT selection_created_by_fkey FOREIGN KEY (created_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.selection ADD CONSTRAINT selection_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.selection_member ADD CONSTRAINT selection_member_selection_fkey FOREIGN KEY (constituency_id, selection_id) REFERENCES contact_creator.selection(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE contact_creator.selection_member ADD CONSTRAINT selection_member_pkey PRIMARY KEY (constituency_id, selection_id, elector_id);
ALTER TABLE contact_creator.street ADD CONSTRAINT street_side_mode_known CHECK ((side_mode = ANY (ARRAY['both'::text, 'odd'::text, 'even'::text, 'odd-then-even'::text, 'loop'::text])));
ALTER TABLE contact_creator.street ADD CONSTRAINT street_district_fkey FOREIGN KEY (constituency_id, polling_district_id) REFERENCES contact_creator.polling_district(constituency_id, id);
ALTER TABLE contact_creator.street ADD CONSTRAINT street_road_group_fkey FOREIGN KEY (constituency_id, road_group_id) REFERENCES contact_creator.road_group(constituency_id, id);
ALTER TABLE contact_creator.street ADD CONSTRAINT street_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.street ADD CONSTRAINT street_name_unique UNIQUE (constituency_id, polling_district_id, name_folded);
ALTER TABLE contact_creator.voting_intention_code ADD CONSTRAINT voting_intention_code_category_known CHECK ((category = ANY (ARRAY['firm-support'::text, 'lean-support'::text, 'undecided'::text, 'lean-other'::text, 'firm-other'::text, 'wont-say'::text, 'non-voter'::text])));
ALTER TABLE contact_creator.voting_intention_code ADD CONSTRAINT voting_intention_code_code_shape CHECK ((code ~ '^[A-Z0-9]{1,8}$'::text));
ALTER TABLE contact_creator.voting_intention_code ADD CONSTRAINT voting_intention_code_label_shape CHECK (((length(label) >= 1) AND (length(label) <= 100)));
ALTER TABLE contact_creator.voting_intention_code ADD CONSTRAINT voting_intention_code_party_shape CHECK (((length(party) >= 1) AND (length(party) <= 100)));
ALTER TABLE contact_creator.voting_intention_code ADD CONSTRAINT voting_intention_code_validity_ordered CHECK ((valid_from <= valid_until));
ALTER TABLE contact_creator.voting_intention_code ADD CONSTRAINT voting_intention_code_pkey PRIMARY KEY (id);
ALTER TABLE contact_creator.voting_intention_code ADD CONSTRAINT voting_intention_code_one_meaning EXCLUDE USING gist (numrange((hashtextextended(code, (0)::bigint))::numeric, (hashtextextended(code, (0)::bigint))::numeric, '[]'::text) WITH &&, daterange(valid_from, valid_until) WITH &&);
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_assignment_ordered CHECK ((assigned_from < assigned_until));
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_assignment_whole CHECK ((((assigned_to IS NULL) = (assigned_from IS NULL)) AND ((assigned_to IS NULL) = (assigned_until IS NULL))));
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_claim_whole CHECK ((((claimed_by IS NULL) = (claimed_at IS NULL)) AND ((claimed_by IS NULL) = (claim_expires_at IS NULL))));
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES identity.account(id);
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_claimed_by_fkey FOREIGN KEY (claimed_by) REFERENCES identity.account(id);
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_list_fkey FOREIGN KEY (constituency_id, list_id) REFERENCES contact_creator.list(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE contact_creator.walk ADD CONSTRAINT walk_position_unique UNIQUE (constituency_id, list_id, "position");
ALTER TABLE contact_creator.walk_door ADD CONSTRAINT walk_door_walk_fkey FOREIGN KEY (constituency_id, walk_id) REFERENCES contact_creator.walk(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE contact_creator.walk_door ADD CONSTRAINT walk_door_pkey PRIMARY KEY (constituency_id, walk_id, "position");
ALTER TABLE contact_creator.walk_elector ADD CONSTRAINT walk_elector_walk_fkey FOREIGN KEY (constituency_id, walk_id) REFERENCES contact_creator.walk(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE contact_creator.walk_elector ADD CONSTRAINT walk_elector_pkey PRIMARY KEY (constituency_id, walk_id, door_id, elector_id);
ALTER TABLE contact_creator.walk_past ADD CONSTRAINT walk_past_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE contact_creator.walk_past ADD CONSTRAINT walk_past_walk_fkey FOREIGN KEY (constituency_id, walk_id) REFERENCES contact_creator.walk(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE contact_creator.walk_past ADD CONSTRAINT walk_past_pkey PRIMARY KEY (constituency_id, walk_id, account_id, from_at);
ALTER TABLE geography.constituency ADD CONSTRAINT constituency_id_is_gss CHECK ((id ~ '^[ENSW][0-9]{8}$'::text));
ALTER TABLE geography.constituency ADD CONSTRAINT constituency_nation_known CHECK ((nation = ANY (ARRAY['England'::text, 'Northern Ireland'::text, 'Scotland'::text, 'Wales'::text])));
ALTER TABLE geography.constituency ADD CONSTRAINT constituency_pkey PRIMARY KEY (id);
ALTER TABLE geography.constituency ADD CONSTRAINT constituency_name_unique UNIQUE (name);
ALTER TABLE geography.postcode ADD CONSTRAINT postcode_shape CHECK ((postcode ~ '^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}$'::text));
ALTER TABLE geography.postcode ADD CONSTRAINT postcode_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE geography.postcode ADD CONSTRAINT postcode_ward_fkey FOREIGN KEY (ward_id) REFERENCES geography.ward(id);
ALTER TABLE geography.postcode ADD CONSTRAINT postcode_pkey PRIMARY KEY (postcode);
ALTER TABLE geography.ward ADD CONSTRAINT ward_id_is_gss CHECK ((id ~ '^[ENSW][0-9]{8}$'::text));
ALTER TABLE geography.ward ADD CONSTRAINT ward_lad_code_is_gss CHECK ((lad_code ~ '^[ENSW][0-9]{8}$'::text));
ALTER TABLE geography.ward ADD CONSTRAINT ward_pkey PRIMARY KEY (id);
ALTER TABLE geography.ward_constituency ADD CONSTRAINT ward_constituency_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE geography.ward_constituency ADD CONSTRAINT ward_constituency_ward_fkey FOREIGN KEY (ward_id) REFERENCES geography.ward(id);
ALTER TABLE geography.ward_constituency ADD CONSTRAINT ward_constituency_pkey PRIMARY KEY (constituency_id, ward_id);
ALTER TABLE http.idempotency_key ADD CONSTRAINT idempotency_key_shape CHECK (((length(key) >= 1) AND (length(key) <= 255)));
ALTER TABLE http.idempotency_key ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (account_id, key);
ALTER TABLE identity.account ADD CONSTRAINT account_display_name_shape CHECK (((length(display_name) >= 1) AND (length(display_name) <= 200)));
ALTER TABLE identity.account ADD CONSTRAINT account_kind_known CHECK ((kind = ANY (ARRAY['person'::text, 'client'::text])));
ALTER TABLE identity.account ADD CONSTRAINT account_username_shape CHECK (((username = lower(username)) AND ((length(username) >= 3) AND (length(username) <= 254))));
ALTER TABLE identity.account ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE identity.account ADD CONSTRAINT account_username_unique UNIQUE (username);
ALTER TABLE identity.client_scope ADD CONSTRAINT client_scope_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.client_scope ADD CONSTRAINT client_scope_pkey PRIMARY KEY (account_id, action);
ALTER TABLE identity.client_secret ADD CONSTRAINT client_secret_hash_size CHECK ((length(hash) = 32));
ALTER TABLE identity.client_secret ADD CONSTRAINT client_secret_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.client_secret ADD CONSTRAINT client_secret_pkey PRIMARY KEY (account_id);
ALTER TABLE identity.failed_attempt ADD CONSTRAINT failed_attempt_counted CHECK ((failures >= 0));
ALTER TABLE identity.failed_attempt ADD CONSTRAINT failed_attempt_part_of_size CHECK ((length(part_of) = 32));
ALTER TABLE identity.failed_attempt ADD CONSTRAINT failed_attempt_subject_size CHECK ((length(subject) = 32));
ALTER TABLE identity.failed_attempt ADD CONSTRAINT failed_attempt_pkey PRIMARY KEY (subject);
ALTER TABLE identity.one_time_token ADD CONSTRAINT one_time_token_hash_size CHECK ((length(hash) = 32));
ALTER TABLE identity.one_time_token ADD CONSTRAINT one_time_token_kind_known CHECK ((kind = ANY (ARRAY['invitation'::text, 'password-reset'::text, 'set-up'::text])));
ALTER TABLE identity.one_time_token ADD CONSTRAINT one_time_token_of_account CHECK (((kind = 'set-up'::text) = (account_id IS NULL)));
ALTER TABLE identity.one_time_token ADD CONSTRAINT one_time_token_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.one_time_token ADD CONSTRAINT one_time_token_pkey PRIMARY KEY (hash);
ALTER TABLE identity.password ADD CONSTRAINT password_hash_is_argon2id CHECK ((hash ~~ '$argon2id$%'::text));
ALTER TABLE identity.password ADD CONSTRAINT password_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.password ADD CONSTRAINT password_pkey PRIMARY KEY (account_id);
ALTER TABLE identity.recovery_code ADD CONSTRAINT recovery_code_hash_size CHECK ((length(hash) = 32));
ALTER TABLE identity.recovery_code ADD CONSTRAINT recovery_code_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.recovery_code ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, hash);
ALTER TABLE identity.refresh_token ADD CONSTRAINT refresh_token_hash_size CHECK ((length(hash) = 32));
ALTER TABLE identity.refresh_token ADD CONSTRAINT refresh_token_session_fkey FOREIGN KEY (session_id) REFERENCES identity.session(id);
ALTER TABLE identity.refresh_token ADD CONSTRAINT refresh_token_pkey PRIMARY KEY (hash);
ALTER TABLE identity.session ADD CONSTRAINT session_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.session ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE identity.totp ADD CONSTRAINT totp_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.totp ADD CONSTRAINT totp_pkey PRIMARY KEY (account_id);
ALTER TABLE identity.totp_reset ADD CONSTRAINT totp_reset_confirmed_by_another CHECK ((confirmed_by <> asked_by));
ALTER TABLE identity.totp_reset ADD CONSTRAINT totp_reset_confirmed_whole CHECK (((confirmed_at IS NULL) = (confirmed_by IS NULL)));
ALTER TABLE identity.totp_reset ADD CONSTRAINT totp_reset_of_another CHECK (((asked_by <> account_id) AND (confirmed_by <> account_id)));
ALTER TABLE identity.totp_reset ADD CONSTRAINT totp_reset_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.totp_reset ADD CONSTRAINT totp_reset_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES identity.account(id);
ALTER TABLE identity.totp_reset ADD CONSTRAINT totp_reset_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES identity.account(id);
ALTER TABLE identity.totp_reset ADD CONSTRAINT totp_reset_pkey PRIMARY KEY (id);
ALTER TABLE identity.used_totp_counter ADD CONSTRAINT used_totp_counter_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE identity.used_totp_counter ADD CONSTRAINT used_totp_counter_pkey PRIMARY KEY (account_id, counter);
ALTER TABLE jobs.job ADD CONSTRAINT job_error_code_shape CHECK ((error_code ~ '^[A-Za-z0-9_.-]{1,80}$'::text));
ALTER TABLE jobs.job ADD CONSTRAINT job_finished_whole CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text, 'cancelled'::text])) = (finished_at IS NOT NULL)));
ALTER TABLE jobs.job ADD CONSTRAINT job_kind_shape CHECK (((kind ~ '^[a-z][a-z0-9]*([.-][a-z0-9]+)*$'::text) AND (length(kind) <= 80)));
ALTER TABLE jobs.job ADD CONSTRAINT job_max_attempts_bounded CHECK (((max_attempts >= 1) AND (max_attempts <= 100)));
ALTER TABLE jobs.job ADD CONSTRAINT job_payload_shape CHECK (((jsonb_typeof(payload) = 'object'::text) AND (length((payload)::text) <= 20000)));
ALTER TABLE jobs.job ADD CONSTRAINT job_run_is_leased CHECK ((((state = 'running'::text) = (incarnation IS NOT NULL)) AND ((state = 'running'::text) = (lease_until IS NOT NULL))));
ALTER TABLE jobs.job ADD CONSTRAINT job_state_known CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])));
ALTER TABLE jobs.job ADD CONSTRAINT job_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE jobs.job ADD CONSTRAINT job_pkey PRIMARY KEY (id);
ALTER TABLE ks.config ADD CONSTRAINT config_beat_positive CHECK ((beat_ms > 0));
ALTER TABLE ks.config ADD CONSTRAINT config_guard_positive CHECK ((guard_ms > 0));
ALTER TABLE ks.config ADD CONSTRAINT config_lease_outlasts_drain CHECK ((((beat_ms + 300) + 1000) < (lease_ms - guard_ms)));
ALTER TABLE ks.config ADD CONSTRAINT config_only_one CHECK (only_row);
ALTER TABLE ks.config ADD CONSTRAINT config_rho_bounded CHECK (((rho_ppm >= 0) AND (rho_ppm <= 100000)));
ALTER TABLE ks.config ADD CONSTRAINT config_pkey PRIMARY KEY (only_row);
ALTER TABLE ks.cut ADD CONSTRAINT cut_action_shape CHECK ((action ~ '^[a-z][a-z.-]{1,60}$'::text));
ALTER TABLE ks.cut ADD CONSTRAINT cut_bytes_not_negative CHECK ((bytes >= 0));
ALTER TABLE ks.cut ADD CONSTRAINT cut_route_shape CHECK (((length(route) >= 1) AND (length(route) <= 200)));
ALTER TABLE ks.cut ADD CONSTRAINT cut_rows_not_negative CHECK ((rows >= 0));
ALTER TABLE ks.cut ADD CONSTRAINT cut_what_known CHECK ((what = ANY (ARRAY['answer'::text, 'stream'::text])));
ALTER TABLE ks.cut ADD CONSTRAINT cut_why_shape CHECK ((why ~ '^[a-z-]{1,60}$'::text));
ALTER TABLE ks.cut ADD CONSTRAINT cut_flip_fkey FOREIGN KEY (epoch) REFERENCES ks.flip(epoch);
ALTER TABLE ks.cut ADD CONSTRAINT cut_replica_fkey FOREIGN KEY (incarnation) REFERENCES ks.replica(incarnation);
ALTER TABLE ks.cut ADD CONSTRAINT cut_pkey PRIMARY KEY (id);
ALTER TABLE ks.cut ADD CONSTRAINT cut_number_once UNIQUE (number);
ALTER TABLE ks.drill ADD CONSTRAINT drill_end_whole CHECK (((ended_at IS NULL) = (is_ok IS NULL)));
ALTER TABLE ks.drill ADD CONSTRAINT drill_one_author CHECK (((ordered_by IS NULL) OR (slot IS NULL)));
ALTER TABLE ks.drill ADD CONSTRAINT drill_ordered_by_fkey FOREIGN KEY (ordered_by) REFERENCES identity.account(id);
ALTER TABLE ks.drill ADD CONSTRAINT drill_suspension_fkey FOREIGN KEY (suspension_id) REFERENCES ks.suspension(id);
ALTER TABLE ks.drill ADD CONSTRAINT drill_pkey PRIMARY KEY (id);
ALTER TABLE ks.drill ADD CONSTRAINT drill_slot_unique UNIQUE (slot);
ALTER TABLE ks.drill ADD CONSTRAINT drill_suspension_unique UNIQUE (suspension_id);
ALTER TABLE ks.flip ADD CONSTRAINT flip_action_known CHECK ((action = ANY (ARRAY['suspend'::text, 'lift'::text, 'revoke'::text])));
ALTER TABLE ks.flip ADD CONSTRAINT flip_complete_is_drained CHECK (((completed_at IS NULL) OR (drained_at IS NOT NULL)));
ALTER TABLE ks.flip ADD CONSTRAINT flip_drain_whole CHECK (((drained_at IS NULL) = (terminated IS NULL)));
ALTER TABLE ks.flip ADD CONSTRAINT flip_suspension_fkey FOREIGN KEY (suspension_id) REFERENCES ks.suspension(id);
ALTER TABLE ks.flip ADD CONSTRAINT flip_pkey PRIMARY KEY (epoch);
ALTER TABLE ks.flip_member ADD CONSTRAINT flip_member_how_known CHECK ((how = ANY (ARRAY['drained'::text, 'retired'::text, 'fenced'::text, 'lease-expired'::text])));
ALTER TABLE ks.flip_member ADD CONSTRAINT flip_member_flip_fkey FOREIGN KEY (epoch) REFERENCES ks.flip(epoch);
ALTER TABLE ks.flip_member ADD CONSTRAINT flip_member_replica_fkey FOREIGN KEY (incarnation) REFERENCES ks.replica(incarnation);
ALTER TABLE ks.flip_member ADD CONSTRAINT flip_member_pkey PRIMARY KEY (epoch, incarnation);
ALTER TABLE ks.journal ADD CONSTRAINT journal_kind_shape CHECK ((kind ~ '^[a-z]+(-[a-z]+)*$'::text));
ALTER TABLE ks.journal ADD CONSTRAINT journal_pkey PRIMARY KEY (id);
ALTER TABLE ks.lineage ADD CONSTRAINT lineage_only_one CHECK (only_row);
ALTER TABLE ks.lineage ADD CONSTRAINT lineage_pkey PRIMARY KEY (only_row);
ALTER TABLE ks.past_stamp ADD CONSTRAINT past_stamp_pkey PRIMARY KEY (stamp);
ALTER TABLE ks.refusal_count ADD CONSTRAINT refusal_count_positive CHECK ((refused > 0));
ALTER TABLE ks.refusal_count ADD CONSTRAINT refusal_count_flip_fkey FOREIGN KEY (epoch) REFERENCES ks.flip(epoch);
ALTER TABLE ks.refusal_count ADD CONSTRAINT refusal_count_replica_fkey FOREIGN KEY (incarnation) REFERENCES ks.replica(incarnation);
ALTER TABLE ks.refusal_count ADD CONSTRAINT refusal_count_pkey PRIMARY KEY (epoch, incarnation);
ALTER TABLE ks.replica ADD CONSTRAINT replica_drained_not_before_closed CHECK ((drained_epoch <= closed_epoch));
ALTER TABLE ks.replica ADD CONSTRAINT replica_pkey PRIMARY KEY (incarnation);
ALTER TABLE ks.replica ADD CONSTRAINT replica_number_unique UNIQUE (number);
ALTER TABLE ks.scope ADD CONSTRAINT scope_kind_known CHECK ((kind = ANY (ARRAY['all'::text, 'tool'::text, 'user'::text, 'office'::text, 'area'::text, 'client'::text])));
ALTER TABLE ks.scope ADD CONSTRAINT scope_pkey PRIMARY KEY (lock_id);
ALTER TABLE ks.scope ADD CONSTRAINT scope_unique UNIQUE (kind, id);
ALTER TABLE ks.seal_key ADD CONSTRAINT seal_key_inner_size CHECK ((length(inner_block) = 64));
ALTER TABLE ks.seal_key ADD CONSTRAINT seal_key_only_one CHECK (only_row);
ALTER TABLE ks.seal_key ADD CONSTRAINT seal_key_outer_size CHECK ((length(outer_block) = 64));
ALTER TABLE ks.seal_key ADD CONSTRAINT seal_key_pkey PRIMARY KEY (only_row);
ALTER TABLE ks.state ADD CONSTRAINT state_only_one CHECK (only_row);
ALTER TABLE ks.state ADD CONSTRAINT state_pkey PRIMARY KEY (only_row);
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_appeal_note_shape CHECK (((length(appeal_note) >= 1) AND (length(appeal_note) <= 2000)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_begun_whole CHECK (((epoch IS NULL) = (in_force_at IS NULL)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_expiry_not_near CHECK (((expires_at - COALESCE(starts_at, ordered_at)) >= ks.shortest_suspension(target_kind)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_lift_asked_whole CHECK (((lift_asked_at IS NULL) = (lift_asked_by IS NULL)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_lift_reason_shape CHECK (((length(lift_reason) >= 1) AND (length(lift_reason) <= 2000)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_lift_whole CHECK (
CASE
    WHEN (lifted_at IS NULL) THEN ((num_nonnulls(lifted_by, lifted_by_operator, lift_epoch) = 0) AND (NOT is_expired))
    ELSE ((num_nonnulls(lifted_by, lifted_by_operator) =
    CASE
        WHEN is_expired THEN 0
        ELSE 1
    END) AND ((lift_epoch IS NULL) = (epoch IS NULL)))
END);
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_lifted_by_operator_shape CHECK (((length(lifted_by_operator) >= 1) AND (length(lifted_by_operator) <= 200)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_notice_shape CHECK (((length(notice) >= 1) AND (length(notice) <= 2000)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_ordered_by_one CHECK (((ordered_by IS NULL) OR (ordered_by_operator IS NULL)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_ordered_by_operator_shape CHECK (((length(ordered_by_operator) >= 1) AND (length(ordered_by_operator) <= 200)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_reason_shape CHECK (((length(reason) >= 1) AND (length(reason) <= 2000)));
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_lift_asked_by_fkey FOREIGN KEY (lift_asked_by) REFERENCES identity.account(id);
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES identity.account(id);
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_ordered_by_fkey FOREIGN KEY (ordered_by) REFERENCES identity.account(id);
ALTER TABLE ks.suspension ADD CONSTRAINT suspension_pkey PRIMARY KEY (id);
ALTER TABLE ledger.action ADD CONSTRAINT action_outcome_known CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text])));
ALTER TABLE ledger.action ADD CONSTRAINT action_refusal_has_code CHECK (((outcome = 'refused'::text) = (code IS NOT NULL)));
ALTER TABLE ledger.action ADD CONSTRAINT action_pkey PRIMARY KEY (at, id);
ALTER TABLE ledger.checkpoint ADD CONSTRAINT checkpoint_note_bounded CHECK ((length(note) <= 4000));
ALTER TABLE ledger.checkpoint ADD CONSTRAINT checkpoint_round_fkey FOREIGN KEY (size) REFERENCES ledger.round(size);
ALTER TABLE ledger.checkpoint ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (size);
ALTER TABLE ledger.checkpoint_key ADD CONSTRAINT checkpoint_key_name_bounded CHECK ((length(name) <= 200));
ALTER TABLE ledger.checkpoint_key ADD CONSTRAINT checkpoint_key_pkey PRIMARY KEY (name);
ALTER TABLE ledger.disclosure ADD CONSTRAINT disclosure_subjects_bounded CHECK ((cardinality(subject_ids) <= 5000));
ALTER TABLE ledger.disclosure ADD CONSTRAINT disclosure_target_whole CHECK (((target_kind IS NULL) = (target_id IS NULL)));
ALTER TABLE ledger.disclosure ADD CONSTRAINT disclosure_pkey PRIMARY KEY (at, id);
ALTER TABLE ledger.leaf ADD CONSTRAINT leaf_hash_whole CHECK ((octet_length(hash) = 32));
ALTER TABLE ledger.leaf ADD CONSTRAINT leaf_record_known CHECK ((record = ANY (ARRAY['disclosure'::text, 'action'::text])));
ALTER TABLE ledger.leaf ADD CONSTRAINT leaf_pkey PRIMARY KEY ("position");
ALTER TABLE ledger.leaf ADD CONSTRAINT leaf_id_unique UNIQUE (id);
ALTER TABLE ledger.log ADD CONSTRAINT log_is_one CHECK (is_only);
ALTER TABLE ledger.log ADD CONSTRAINT log_pkey PRIMARY KEY (is_only);
ALTER TABLE ledger.node ADD CONSTRAINT node_hash_whole CHECK ((octet_length(hash) = 32));
ALTER TABLE ledger.node ADD CONSTRAINT node_level_kept CHECK (((level > 0) AND ((level % 8) = 0)));
ALTER TABLE ledger.node ADD CONSTRAINT node_pkey PRIMARY KEY (level, place);
ALTER TABLE ledger.round ADD CONSTRAINT round_pkey PRIMARY KEY (size);
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_content_while_waiting CHECK (
CASE
    WHEN (state = ANY (ARRAY['queued'::text, 'handing-over'::text])) THEN (num_nulls(to_address, subject, text, headers) = 0)
    ELSE (num_nonnulls(to_address, subject, text, html, headers) = 0)
END);
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_error_code_shape CHECK ((error_code ~ '^[a-z0-9-]{1,80}$'::text));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_handed_over_whole CHECK (((state = 'handed-over'::text) = (handed_over_at IS NOT NULL)));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_html_bounded CHECK ((length(html) <= 1000000));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_kind_known CHECK ((kind = ANY (ARRAY['account'::text, 'mailing'::text])));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_mailing_has_scope CHECK (((kind = 'account'::text) OR (cardinality(scopes) > 0)));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_message_id_shape CHECK (((message_id ~ '^<[!-;=?-~]+>$'::text) AND (length(message_id) <= 320)));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_state_known CHECK ((state = ANY (ARRAY['queued'::text, 'handing-over'::text, 'handed-over'::text, 'failed'::text, 'cancelled'::text])));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_subject_shape CHECK ((((length(subject) >= 1) AND (length(subject) <= 500)) AND (subject !~ '[[:cntrl:]]'::text)));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_text_bounded CHECK ((length(text) <= 500000));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_to_address_shape CHECK (((length(to_address) <= 254) AND (to_address !~ '[[:cntrl:][:space:]<>(),;:"]'::text)));
ALTER TABLE mail.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE organise.branch ADD CONSTRAINT branch_name_shape CHECK (((length(name) >= 1) AND (length(name) <= 200)));
ALTER TABLE organise.branch ADD CONSTRAINT branch_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE organise.branch ADD CONSTRAINT branch_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.branch ADD CONSTRAINT branch_name_unique UNIQUE (constituency_id, name);
ALTER TABLE organise.branch_ward ADD CONSTRAINT branch_ward_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch(constituency_id, id);
ALTER TABLE organise.branch_ward ADD CONSTRAINT branch_ward_pkey PRIMARY KEY (constituency_id, ward_id);
ALTER TABLE organise.event ADD CONSTRAINT event_accessibility_shape CHECK (((length(accessibility) >= 1) AND (length(accessibility) <= 2000)));
ALTER TABLE organise.event ADD CONSTRAINT event_cancelled_reason_shape CHECK (((length(cancelled_reason) >= 1) AND (length(cancelled_reason) <= 1000)));
ALTER TABLE organise.event ADD CONSTRAINT event_cancelled_whole CHECK ((((state = 'cancelled'::text) = (cancelled_at IS NOT NULL)) AND ((state = 'cancelled'::text) = (cancelled_reason IS NOT NULL))));
ALTER TABLE organise.event ADD CONSTRAINT event_capacity_kept CHECK (((capacity IS NULL) OR (going_count <= capacity)));
ALTER TABLE organise.event ADD CONSTRAINT event_capacity_range CHECK (((capacity >= 1) AND (capacity <= 100000)));
ALTER TABLE organise.event ADD CONSTRAINT event_description_shape CHECK (((length(description) >= 1) AND (length(description) <= 5000)));
ALTER TABLE organise.event ADD CONSTRAINT event_kind_known CHECK ((kind = ANY (ARRAY['canvass-session'::text, 'meeting'::text, 'telling'::text, 'phone-bank'::text, 'social'::text, 'training'::text])));
ALTER TABLE organise.event ADD CONSTRAINT event_state_known CHECK ((state = ANY (ARRAY['planned'::text, 'cancelled'::text])));
ALTER TABLE organise.event ADD CONSTRAINT event_time_zone_shape CHECK (((length(time_zone) >= 1) AND (length(time_zone) <= 64)));
ALTER TABLE organise.event ADD CONSTRAINT event_times CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '14 days'::interval))));
ALTER TABLE organise.event ADD CONSTRAINT event_title_shape CHECK (((length(title) >= 1) AND (length(title) <= 200)));
ALTER TABLE organise.event ADD CONSTRAINT event_venue_address_shape CHECK (((length(venue_address) >= 1) AND (length(venue_address) <= 500)));
ALTER TABLE organise.event ADD CONSTRAINT event_venue_name_shape CHECK (((length(venue_name) >= 1) AND (length(venue_name) <= 200)));
ALTER TABLE organise.event ADD CONSTRAINT event_venue_postcode_shape CHECK (((length(venue_postcode) >= 5) AND (length(venue_postcode) <= 8)));
ALTER TABLE organise.event ADD CONSTRAINT event_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch(constituency_id, id);
ALTER TABLE organise.event ADD CONSTRAINT event_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE organise.event ADD CONSTRAINT event_created_by_fkey FOREIGN KEY (created_by) REFERENCES identity.account(id);
ALTER TABLE organise.event ADD CONSTRAINT event_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_body_text_shape CHECK (((length(body_text) >= 1) AND (length(body_text) <= 100000)));
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_name_shape CHECK (((length(name) >= 1) AND (length(name) <= 200)));
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_segment_shape CHECK ((jsonb_typeof(segment) = 'object'::text));
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_sent_whole CHECK (((num_nulls(job_id, sent_by, sent_at) = ANY (ARRAY[0, 3])) AND ((state <> 'draft'::text) OR (sent_at IS NULL))));
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'preparing'::text, 'sending'::text, 'cancelled'::text])));
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_subject_shape CHECK ((((length(subject) >= 1) AND (length(subject) <= 200)) AND (subject !~ '[[:cntrl:]]'::text)));
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_created_by_fkey FOREIGN KEY (created_by) REFERENCES identity.account(id);
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES identity.account(id);
ALTER TABLE organise.mailing ADD CONSTRAINT mailing_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.mailing_recipient ADD CONSTRAINT mailing_recipient_queued_whole CHECK (((state = 'queued'::text) = (outbox_id IS NOT NULL)));
ALTER TABLE organise.mailing_recipient ADD CONSTRAINT mailing_recipient_state_known CHECK ((state = ANY (ARRAY['pending'::text, 'queued'::text, 'suppressed'::text, 'excluded'::text, 'failed'::text, 'cancelled'::text])));
ALTER TABLE organise.mailing_recipient ADD CONSTRAINT mailing_recipient_mailing_fkey FOREIGN KEY (constituency_id, mailing_id) REFERENCES organise.mailing(constituency_id, id);
ALTER TABLE organise.mailing_recipient ADD CONSTRAINT mailing_recipient_pkey PRIMARY KEY (constituency_id, mailing_id, member_id);
ALTER TABLE organise.member ADD CONSTRAINT member_kind_known CHECK ((kind = ANY (ARRAY['member'::text, 'affiliated-supporter'::text])));
ALTER TABLE organise.member ADD CONSTRAINT member_membership_number_shape CHECK (((length(membership_number) >= 1) AND (length(membership_number) <= 40)));
ALTER TABLE organise.member ADD CONSTRAINT member_status_known CHECK ((status = ANY (ARRAY['current'::text, 'lapsed'::text, 'suspended'::text, 'resigned'::text, 'expelled'::text, 'died'::text])));
ALTER TABLE organise.member ADD CONSTRAINT member_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch(constituency_id, id);
ALTER TABLE organise.member ADD CONSTRAINT member_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE organise.member ADD CONSTRAINT member_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.member ADD CONSTRAINT member_number_unique UNIQUE (constituency_id, membership_number);
ALTER TABLE organise.member_contact_detail ADD CONSTRAINT member_contact_detail_email_shape CHECK (((length(email) >= 3) AND (length(email) <= 254)));
ALTER TABLE organise.member_contact_detail ADD CONSTRAINT member_contact_detail_landline_shape CHECK (((length(landline) >= 3) AND (length(landline) <= 30)));
ALTER TABLE organise.member_contact_detail ADD CONSTRAINT member_contact_detail_mobile_shape CHECK (((length(mobile) >= 3) AND (length(mobile) <= 30)));
ALTER TABLE organise.member_contact_detail ADD CONSTRAINT member_contact_detail_pkey PRIMARY KEY (constituency_id, member_id);
ALTER TABLE organise.member_import ADD CONSTRAINT member_import_state_known CHECK ((state = ANY (ARRAY['receiving'::text, 'reading'::text, 'staged'::text, 'committing'::text, 'committed'::text, 'failed'::text, 'cancelled'::text])));
ALTER TABLE organise.member_import ADD CONSTRAINT member_import_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE organise.member_import ADD CONSTRAINT member_import_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.account(id);
ALTER TABLE organise.member_import ADD CONSTRAINT member_import_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.member_import_row ADD CONSTRAINT member_import_row_absent_member CHECK (((outcome = 'absent'::text) = (member_id IS NOT NULL)));
ALTER TABLE organise.member_import_row ADD CONSTRAINT member_import_row_outcome_known CHECK ((outcome = ANY (ARRAY['rejected'::text, 'warning'::text, 'absent'::text])));
ALTER TABLE organise.member_import_row ADD CONSTRAINT member_import_row_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES organise.member_import(constituency_id, id);
ALTER TABLE organise.member_import_row ADD CONSTRAINT member_import_row_pkey PRIMARY KEY (constituency_id, import_id, line, "position");
ALTER TABLE organise.member_status_change ADD CONSTRAINT member_status_change_reason_shape CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)));
ALTER TABLE organise.member_status_change ADD CONSTRAINT member_status_change_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES identity.account(id);
ALTER TABLE organise.member_status_change ADD CONSTRAINT member_status_change_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.member_upload ADD CONSTRAINT member_upload_import_fkey FOREIGN KEY (constituency_id, import_id) REFERENCES organise.member_import(constituency_id, id) ON DELETE CASCADE;
ALTER TABLE organise.member_upload ADD CONSTRAINT member_upload_pkey PRIMARY KEY (constituency_id, import_id, chunk);
ALTER TABLE organise.role_holder ADD CONSTRAINT role_holder_ended_reason_shape CHECK (((length(ended_reason) >= 1) AND (length(ended_reason) <= 1000)));
ALTER TABLE organise.role_holder ADD CONSTRAINT role_holder_office_shape CHECK (((length(office) >= 1) AND (length(office) <= 100)));
ALTER TABLE organise.role_holder ADD CONSTRAINT role_holder_tenure CHECK ((until_on >= from_on));
ALTER TABLE organise.role_holder ADD CONSTRAINT role_holder_tenure_at_most_five_years CHECK ((until_on <= (from_on + '5 years'::interval)));
ALTER TABLE organise.role_holder ADD CONSTRAINT role_holder_branch_fkey FOREIGN KEY (constituency_id, branch_id) REFERENCES organise.branch(constituency_id, id);
ALTER TABLE organise.role_holder ADD CONSTRAINT role_holder_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_attended_whole CHECK (((state = 'attended'::text) = (checked_in_at IS NOT NULL)));
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_cancelled_whole CHECK (((state = 'cancelled'::text) = (cancelled_at IS NOT NULL)));
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_role_known CHECK ((role = ANY (ARRAY['attendee'::text, 'lead'::text, 'driver'::text, 'helper'::text])));
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_state_known CHECK ((state = ANY (ARRAY['going'::text, 'waiting'::text, 'cancelled'::text, 'attended'::text])));
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_cancelled_by_fkey FOREIGN KEY (cancelled_by) REFERENCES identity.account(id);
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_checked_in_by_fkey FOREIGN KEY (checked_in_by) REFERENCES identity.account(id);
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_event_fkey FOREIGN KEY (constituency_id, event_id) REFERENCES organise.event(constituency_id, id);
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_signed_up_by_fkey FOREIGN KEY (signed_up_by) REFERENCES identity.account(id);
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_pkey PRIMARY KEY (constituency_id, id);
ALTER TABLE organise.sign_up ADD CONSTRAINT sign_up_number_unique UNIQUE (constituency_id, event_id, number);
ALTER TABLE protection.budget_counter ADD CONSTRAINT budget_counter_pkey PRIMARY KEY (account_id);
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_ico_registration_shape CHECK ((ico_registration ~ '^[A-Z][A-Z0-9]{5,11}$'::text));
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_party_name_shape CHECK (((length(party_name) >= 1) AND (length(party_name) <= 200)));
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_party_registration_shape CHECK ((party_registration ~ '^PP[0-9]{1,6}$'::text));
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_policy_ordered CHECK ((policy_adopted_on < policy_review_on));
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_policy_reference_shape CHECK (((length(policy_reference) >= 1) AND (length(policy_reference) <= 500)));
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_policy_whole CHECK ((((policy_reference IS NULL) = (policy_adopted_on IS NULL)) AND ((policy_reference IS NULL) = (policy_review_on IS NULL))));
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_version_positive CHECK ((version > 0));
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES identity.account(id);
ALTER TABLE protection.controller_profile ADD CONSTRAINT controller_profile_pkey PRIMARY KEY (version);
ALTER TABLE protection.export_counter ADD CONSTRAINT export_counter_pkey PRIMARY KEY (account_id);
ALTER TABLE protection.purpose ADD CONSTRAINT purpose_code_shape CHECK ((code ~ '^[a-z][a-z0-9-]{2,59}$'::text));
ALTER TABLE protection.purpose ADD CONSTRAINT purpose_pkey PRIMARY KEY (code);
ALTER TABLE protection.suppression ADD CONSTRAINT suppression_address_hash_shape CHECK ((address_hash ~ '^[0-9]{13}-[0-9a-f]{8}:[0-9a-f]{64}$'::text));
ALTER TABLE protection.suppression ADD CONSTRAINT suppression_channel_known CHECK ((channel = 'email'::text));
ALTER TABLE protection.suppression ADD CONSTRAINT suppression_reason_known CHECK ((reason = ANY (ARRAY['unsubscribed'::text, 'objected'::text, 'bounced'::text])));
ALTER TABLE protection.suppression ADD CONSTRAINT suppression_pkey PRIMARY KEY (channel, address_hash, reason);
ALTER TABLE protection.undertaking ADD CONSTRAINT undertaking_pkey PRIMARY KEY (version);
ALTER TABLE protection.undertaking_acceptance ADD CONSTRAINT undertaking_acceptance_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE protection.undertaking_acceptance ADD CONSTRAINT undertaking_acceptance_version_fkey FOREIGN KEY (version) REFERENCES protection.undertaking(version);
ALTER TABLE protection.undertaking_acceptance ADD CONSTRAINT undertaking_acceptance_pkey PRIMARY KEY (account_id, version);
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_bytes_positive CHECK ((bytes > 0));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_content_until_decided CHECK ((num_nonnulls(key_id, sealed) =
CASE state
    WHEN 'quarantined'::text THEN 2
    ELSE 0
END));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_decided_by_another CHECK ((decided_by <> account_id));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_decision_whole CHECK ((((state = 'quarantined'::text) = (decided_at IS NULL)) AND ((decided_by IS NULL) = (reason IS NULL)) AND ((outcomes IS NOT NULL) = (state = 'released'::text)) AND ((state <> 'released'::text) OR (decided_by IS NOT NULL))));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_digest_size CHECK ((length(digest) = 32));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_outcomes_object CHECK ((jsonb_typeof(outcomes) = 'object'::text));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_reason_shape CHECK (((length(reason) >= 1) AND (length(reason) <= 500)));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_received_range CHECK (((received >= 1) AND (received <= 500)));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_state_known CHECK ((state = ANY (ARRAY['quarantined'::text, 'released'::text, 'discarded'::text])));
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES identity.account(id);
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_pkey PRIMARY KEY (id);
ALTER TABLE quarantine.deposit ADD CONSTRAINT deposit_device_id_unique UNIQUE (token_hash, device_id);
ALTER TABLE quarantine.token ADD CONSTRAINT token_expires_later CHECK ((expires_at > issued_at));
ALTER TABLE quarantine.token ADD CONSTRAINT token_hash_size CHECK ((length(token_hash) = 32));
ALTER TABLE quarantine.token ADD CONSTRAINT token_account_fkey FOREIGN KEY (account_id) REFERENCES identity.account(id);
ALTER TABLE quarantine.token ADD CONSTRAINT token_constituency_fkey FOREIGN KEY (constituency_id) REFERENCES geography.constituency(id);
ALTER TABLE quarantine.token ADD CONSTRAINT token_pkey PRIMARY KEY (token_hash);

-- Indexes that no constraint makes

CREATE INDEX departure_by_account ON access.departure USING btree (account_id, at);
CREATE INDEX office_by_name ON access.office USING btree (name, id);
CREATE INDEX office_by_representative ON access.office USING btree (representative_id);
CREATE INDEX office_member_by_office ON access.office_member USING btree (office_id);
CREATE UNIQUE INDEX office_member_live_unique ON access.office_member USING btree (office_id, account_id) WHERE (until_at IS NULL);
CREATE INDEX role_grant_by_account ON access.role_grant USING btree (account_id, created_at, id);
CREATE INDEX role_grant_by_renewed ON access.role_grant USING btree (renews);
CREATE INDEX role_grant_live_by_account ON access.role_grant USING btree (account_id) WHERE (ended_at IS NULL);
CREATE INDEX role_grant_live_by_role ON access.role_grant USING btree (role) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX role_grant_renewal_unique ON access.role_grant USING btree (renews) WHERE (ended_at IS NULL);
CREATE INDEX contact_by_do_not_knock ON ONLY contact_creator.contact USING btree (constituency_id, door_id) WHERE (outcome = 'do-not-knock'::text);
CREATE INDEX contact_by_moved ON ONLY contact_creator.contact USING btree (constituency_id, elector_id) WHERE (outcome = 'moved'::text);
CREATE INDEX contact_subject_by_contact ON ONLY contact_creator.contact_subject USING btree (contact_id);
CREATE INDEX door_by_address ON ONLY contact_creator.door USING btree (constituency_id, address_key);
CREATE INDEX door_by_postcode ON ONLY contact_creator.door USING btree (constituency_id, postcode);
CREATE INDEX door_by_street ON ONLY contact_creator.door USING btree (constituency_id, street_id, number, number_suffix, unit_key);
CREATE INDEX elector_by_district ON ONLY contact_creator.elector USING btree (constituency_id, polling_district_id, id);
CREATE INDEX elector_by_door ON ONLY contact_creator.elector USING btree (constituency_id, door_id);
CREATE INDEX elector_by_name ON ONLY contact_creator.elector USING btree (constituency_id, name_folded, id);
CREATE INDEX elector_by_number ON ONLY contact_creator.elector USING btree (constituency_id, number_prefix, number_text, number_suffix);
CREATE INDEX export_newest ON contact_creator.export USING btree (constituency_id, created_at DESC, id);
CREATE INDEX export_unforgotten ON contact_creator.export USING btree (expires_at) WHERE (forgotten_at IS NULL);
CREATE INDEX list_by_selection ON contact_creator.list USING btree (constituency_id, selection_id);
CREATE INDEX polling_station_district_by_district ON contact_creator.polling_station_district USING btree (constituency_id, polling_district_id);
CREATE INDEX register_entry_by_elector ON ONLY contact_creator.register_entry USING btree (constituency_id, elector_id);
CREATE INDEX register_import_candidates ON contact_creator.register_import USING btree (election_on) WHERE ((gateway = 'candidate'::text) AND (state <> ALL (ARRAY['expired'::text, 'undone'::text, 'failed'::text, 'cancelled'::text])));
CREATE INDEX register_import_newest ON contact_creator.register_import USING btree (constituency_id, requested_at DESC, id);
CREATE INDEX register_import_row_kept ON contact_creator.register_import_row USING btree (constituency_id, import_id) WHERE (cells IS NOT NULL);
CREATE INDEX road_group_by_district ON contact_creator.road_group USING btree (constituency_id, polling_district_id, id);
CREATE INDEX selection_newest ON contact_creator.selection USING btree (constituency_id, created_at DESC, id);
CREATE INDEX street_by_road_group ON contact_creator.street USING btree (constituency_id, road_group_id, walk_position);
CREATE INDEX voting_intention_code_by_code ON contact_creator.voting_intention_code USING btree (code, valid_from, id);
CREATE INDEX walk_by_assignee ON contact_creator.walk USING btree (assigned_to, constituency_id) WHERE (assigned_to IS NOT NULL);
CREATE INDEX walk_by_holder ON contact_creator.walk USING btree (claimed_by, constituency_id) WHERE (claimed_by IS NOT NULL);
CREATE INDEX walk_door_by_door ON ONLY contact_creator.walk_door USING btree (constituency_id, door_id, walk_id);
CREATE INDEX postcode_by_ward ON geography.postcode USING btree (ward_id);
CREATE INDEX ward_constituency_by_ward ON geography.ward_constituency USING btree (ward_id, constituency_id);
CREATE INDEX idempotency_key_by_age ON http.idempotency_key USING btree (made_at);
CREATE INDEX failed_attempt_by_age ON identity.failed_attempt USING btree (last_at);
CREATE INDEX failed_attempt_by_whole ON identity.failed_attempt USING btree (part_of) WHERE (part_of IS NOT NULL);
CREATE INDEX one_time_token_unused ON identity.one_time_token USING btree (account_id, kind) WHERE (used_at IS NULL);
CREATE INDEX refresh_token_by_parent ON identity.refresh_token USING btree (parent);
CREATE INDEX refresh_token_by_session ON identity.refresh_token USING btree (session_id);
CREATE INDEX session_live_by_account ON identity.session USING btree (account_id) WHERE (ended_at IS NULL);
CREATE INDEX totp_reset_by_account ON identity.totp_reset USING btree (account_id, asked_at);
CREATE INDEX job_due ON jobs.job USING btree (run_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX cut_by_flip ON ks.cut USING btree (epoch, number);
CREATE INDEX drill_newest ON ks.drill USING btree (started_at DESC, id DESC);
CREATE UNIQUE INDEX drill_under_way ON ks.drill USING btree ((true)) WHERE (ended_at IS NULL);
CREATE INDEX flip_by_suspension ON ks.flip USING btree (suspension_id);
CREATE INDEX flip_open ON ks.flip USING btree (epoch) WHERE (completed_at IS NULL);
CREATE INDEX journal_by_xid ON ks.journal USING btree (xid);
CREATE INDEX past_stamp_by_epoch ON ks.past_stamp USING btree (epoch);
CREATE INDEX replica_live ON ks.replica USING btree (number) WHERE ((NOT fenced) AND (ended_at IS NULL));
CREATE INDEX scope_by_epoch ON ks.scope USING btree (since_epoch) WHERE (gen > 0);
CREATE INDEX scope_suspended ON ks.scope USING btree (kind, id) WHERE suspended;
CREATE INDEX suspension_in_force ON ks.suspension USING btree (target_kind, target_id) WHERE (lifted_at IS NULL);
CREATE INDEX suspension_newest ON ks.suspension USING btree (ordered_at DESC, id DESC);
CREATE INDEX suspension_of_scope ON ks.suspension USING btree (target_kind, target_id, epoch);
CREATE INDEX action_by_account ON ONLY ledger.action USING btree (account_id, at);
CREATE INDEX action_by_xid ON ONLY ledger.action USING btree (xid);
CREATE INDEX action_newest ON ONLY ledger.action USING btree (action, at, id);
CREATE INDEX disclosure_by_account ON ONLY ledger.disclosure USING btree (account_id, at);
CREATE INDEX disclosure_by_purpose ON ONLY ledger.disclosure USING btree (purpose, at, id);
CREATE INDEX disclosure_by_xid ON ONLY ledger.disclosure USING btree (xid);
CREATE INDEX outbox_due ON mail.outbox USING btree (kind, next_at) WHERE (state = ANY (ARRAY['queued'::text, 'handing-over'::text]));
CREATE INDEX outbox_waiting_by_scope ON mail.outbox USING gin (scopes) WHERE (state = ANY (ARRAY['queued'::text, 'handing-over'::text]));
CREATE INDEX branch_ward_by_branch ON organise.branch_ward USING btree (constituency_id, branch_id);
CREATE INDEX event_by_start ON organise.event USING btree (constituency_id, starts_at, id);
CREATE INDEX mailing_newest ON organise.mailing USING btree (constituency_id, created_at DESC, id);
CREATE INDEX mailing_recipient_pending ON ONLY organise.mailing_recipient USING btree (constituency_id, mailing_id, member_id) WHERE (state = 'pending'::text);
CREATE INDEX member_by_branch ON ONLY organise.member USING btree (constituency_id, branch_id, id);
CREATE INDEX member_by_name ON ONLY organise.member USING btree (constituency_id, name_folded, id);
CREATE INDEX member_import_newest ON organise.member_import USING btree (constituency_id, requested_at DESC, id);
CREATE INDEX member_status_change_by_member ON ONLY organise.member_status_change USING btree (constituency_id, member_id, changed_at);
CREATE INDEX role_holder_by_member ON ONLY organise.role_holder USING btree (constituency_id, member_id);
CREATE INDEX role_holder_by_office ON ONLY organise.role_holder USING btree (constituency_id, until_on, id);
CREATE INDEX sign_up_by_member ON ONLY organise.sign_up USING btree (constituency_id, member_id);
CREATE UNIQUE INDEX sign_up_live_unique ON ONLY organise.sign_up USING btree (constituency_id, event_id, member_id) WHERE (state <> 'cancelled'::text);
CREATE INDEX sign_up_waiting ON ONLY organise.sign_up USING btree (constituency_id, event_id, number) WHERE (state = 'waiting'::text);
CREATE INDEX deposit_newest ON quarantine.deposit USING btree (received_at DESC, id DESC);
CREATE INDEX deposit_quarantined ON quarantine.deposit USING btree (received_at) WHERE (state = 'quarantined'::text);
CREATE INDEX token_by_expiry ON quarantine.token USING btree (expires_at);

-- Sequences, views and types of their own

CREATE SEQUENCE ks.cut_number_seq AS bigint START 1 INCREMENT 1 MIN 1 MAX 9223372036854775807;
CREATE SEQUENCE ks.journal_position_seq AS bigint START 1 INCREMENT 1 MIN 1 MAX 9223372036854775807;
CREATE SEQUENCE ks.replica_number_seq AS integer START 1 INCREMENT 1 MIN 1 MAX 2147483647;
CREATE SEQUENCE ks.scope_lock_id_seq AS integer START 1 INCREMENT 1 MIN 1 MAX 2147483647;
CREATE SEQUENCE protection.subject_id AS bigint START 1 INCREMENT 1 MIN 1 MAX 9223372036854775807;

-- Row-level security

ALTER TABLE access.departure ENABLE ROW LEVEL SECURITY;
CREATE POLICY departure_read ON access.departure AS PERMISSIVE FOR SELECT TO rosette_api
  USING (( SELECT ks.actor() AS actor) IS NOT NULL);
ALTER TABLE contact_creator.contact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY contact_add ON contact_creator.contact AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY contact_change ON contact_creator.contact AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY contact_owner ON contact_creator.contact AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY contact_read ON contact_creator.contact AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY contact_remove ON contact_creator.contact AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.contact_answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY contact_answer_add ON contact_creator.contact_answer AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[]))));
CREATE POLICY contact_answer_change ON contact_creator.contact_answer AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[]))));
CREATE POLICY contact_answer_owner ON contact_creator.contact_answer AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY contact_answer_read ON contact_creator.contact_answer AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[])));
CREATE POLICY contact_answer_remove ON contact_creator.contact_answer AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.contact_subject ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY contact_subject_add ON contact_creator.contact_subject AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY contact_subject_change ON contact_creator.contact_subject AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY contact_subject_owner ON contact_creator.contact_subject AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY contact_subject_read ON contact_creator.contact_subject AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY contact_subject_remove ON contact_creator.contact_subject AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.door ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY door_add ON contact_creator.door AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY door_change ON contact_creator.door AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY door_owner ON contact_creator.door AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY door_read ON contact_creator.door AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY door_remove ON contact_creator.door AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.elector ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY elector_add ON contact_creator.elector AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY elector_change ON contact_creator.elector AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY elector_owner ON contact_creator.elector AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY elector_read ON contact_creator.elector AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY elector_remove ON contact_creator.elector AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.elector_opinion ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY elector_opinion_add ON contact_creator.elector_opinion AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[]))));
CREATE POLICY elector_opinion_change ON contact_creator.elector_opinion AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[]))));
CREATE POLICY elector_opinion_owner ON contact_creator.elector_opinion AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY elector_opinion_read ON contact_creator.elector_opinion AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[])));
CREATE POLICY elector_opinion_remove ON contact_creator.elector_opinion AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'opinion'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'opinion'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.export ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY export_add ON contact_creator.export AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY export_change ON contact_creator.export AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY export_owner ON contact_creator.export AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY export_read ON contact_creator.export AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY export_remove ON contact_creator.export AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.export_block ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY export_block_add ON contact_creator.export_block AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY export_block_change ON contact_creator.export_block AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY export_block_owner ON contact_creator.export_block AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY export_block_read ON contact_creator.export_block AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY export_block_remove ON contact_creator.export_block AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.export_fetch ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY export_fetch_add ON contact_creator.export_fetch AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY export_fetch_change ON contact_creator.export_fetch AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY export_fetch_owner ON contact_creator.export_fetch AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY export_fetch_read ON contact_creator.export_fetch AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY export_fetch_remove ON contact_creator.export_fetch AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.list ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY list_add ON contact_creator.list AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY list_change ON contact_creator.list AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY list_owner ON contact_creator.list AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY list_read ON contact_creator.list AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY list_remove ON contact_creator.list AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.polling_district ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY polling_district_add ON contact_creator.polling_district AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY polling_district_change ON contact_creator.polling_district AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY polling_district_owner ON contact_creator.polling_district AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY polling_district_read ON contact_creator.polling_district AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY polling_district_remove ON contact_creator.polling_district AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.polling_station ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY polling_station_add ON contact_creator.polling_station AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY polling_station_change ON contact_creator.polling_station AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY polling_station_owner ON contact_creator.polling_station AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY polling_station_read ON contact_creator.polling_station AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY polling_station_remove ON contact_creator.polling_station AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.polling_station_district ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY polling_station_district_add ON contact_creator.polling_station_district AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY polling_station_district_change ON contact_creator.polling_station_district AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY polling_station_district_owner ON contact_creator.polling_station_district AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY polling_station_district_read ON contact_creator.polling_station_district AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY polling_station_district_remove ON contact_creator.polling_station_district AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.register_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY register_entry_add ON contact_creator.register_entry AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY register_entry_change ON contact_creator.register_entry AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY register_entry_owner ON contact_creator.register_entry AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY register_entry_read ON contact_creator.register_entry AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY register_entry_remove ON contact_creator.register_entry AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.register_import ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY register_import_add ON contact_creator.register_import AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY register_import_change ON contact_creator.register_import AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY register_import_owner ON contact_creator.register_import AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY register_import_read ON contact_creator.register_import AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY register_import_remove ON contact_creator.register_import AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.register_import_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY register_import_row_add ON contact_creator.register_import_row AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY register_import_row_change ON contact_creator.register_import_row AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY register_import_row_owner ON contact_creator.register_import_row AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY register_import_row_read ON contact_creator.register_import_row AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY register_import_row_remove ON contact_creator.register_import_row AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.register_upload ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY register_upload_owner ON contact_creator.register_upload AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
ALTER TABLE contact_creator.road_group ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY road_group_add ON contact_creator.road_group AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY road_group_change ON contact_creator.road_group AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY road_group_owner ON contact_creator.road_group AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY road_group_read ON contact_creator.road_group AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY road_group_remove ON contact_creator.road_group AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.selection ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY selection_add ON contact_creator.selection AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY selection_change ON contact_creator.selection AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY selection_owner ON contact_creator.selection AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY selection_read ON contact_creator.selection AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY selection_remove ON contact_creator.selection AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.selection_member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY selection_member_add ON contact_creator.selection_member AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY selection_member_change ON contact_creator.selection_member AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY selection_member_owner ON contact_creator.selection_member AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY selection_member_read ON contact_creator.selection_member AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY selection_member_remove ON contact_creator.selection_member AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.street ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY street_add ON contact_creator.street AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY street_change ON contact_creator.street AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY street_owner ON contact_creator.street AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY street_read ON contact_creator.street AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY street_remove ON contact_creator.street AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.voting_intention_code ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY voting_intention_code_add ON contact_creator.voting_intention_code AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change('voting-intention-code.change'::text) AS may_change) AND (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but) IS NOT NULL));
CREATE POLICY voting_intention_code_change ON contact_creator.voting_intention_code AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change('voting-intention-code.change'::text) AS may_change) AND (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but) IS NOT NULL));
CREATE POLICY voting_intention_code_owner ON contact_creator.voting_intention_code AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY voting_intention_code_read ON contact_creator.voting_intention_code AS PERMISSIVE FOR SELECT TO rosette_api
  USING (( SELECT ks.actor() AS actor) IS NOT NULL);
ALTER TABLE contact_creator.walk ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY walk_add ON contact_creator.walk AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY walk_change ON contact_creator.walk AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY walk_owner ON contact_creator.walk AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY walk_read ON contact_creator.walk AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY walk_remove ON contact_creator.walk AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.walk_door ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY walk_door_add ON contact_creator.walk_door AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY walk_door_change ON contact_creator.walk_door AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY walk_door_owner ON contact_creator.walk_door AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY walk_door_read ON contact_creator.walk_door AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY walk_door_remove ON contact_creator.walk_door AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.walk_elector ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY walk_elector_add ON contact_creator.walk_elector AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY walk_elector_change ON contact_creator.walk_elector AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
CREATE POLICY walk_elector_owner ON contact_creator.walk_elector AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY walk_elector_read ON contact_creator.walk_elector AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[])));
CREATE POLICY walk_elector_remove ON contact_creator.walk_elector AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('contact-creator'::text, 'identity'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('contact-creator'::text, 'identity'::text) AS all_areas_but)::text[]))));
ALTER TABLE contact_creator.walk_past ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY walk_past_owner ON contact_creator.walk_past AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
ALTER TABLE ledger.action ENABLE ROW LEVEL SECURITY;
CREATE POLICY action_read ON ledger.action AS PERMISSIVE FOR SELECT TO rosette_api
  USING ( SELECT ks.may_change('action.read'::text) AS may_change);
ALTER TABLE ledger.disclosure ENABLE ROW LEVEL SECURITY;
CREATE POLICY disclosure_read ON ledger.disclosure AS PERMISSIVE FOR SELECT TO rosette_api
  USING ( SELECT ks.may_change('disclosure.read'::text) AS may_change);
ALTER TABLE organise.branch ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY branch_add ON organise.branch AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY branch_change ON organise.branch AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY branch_owner ON organise.branch AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY branch_read ON organise.branch AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY branch_remove ON organise.branch AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.branch_ward ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY branch_ward_add ON organise.branch_ward AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY branch_ward_change ON organise.branch_ward AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY branch_ward_owner ON organise.branch_ward AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY branch_ward_read ON organise.branch_ward AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY branch_ward_remove ON organise.branch_ward AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY event_add ON organise.event AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY event_change ON organise.event AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY event_owner ON organise.event AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY event_read ON organise.event AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY event_remove ON organise.event AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.mailing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mailing_add ON organise.mailing AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY mailing_change ON organise.mailing AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY mailing_owner ON organise.mailing AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY mailing_read ON organise.mailing AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY mailing_remove ON organise.mailing AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.mailing_recipient ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mailing_recipient_add ON organise.mailing_recipient AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
CREATE POLICY mailing_recipient_change ON organise.mailing_recipient AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
CREATE POLICY mailing_recipient_owner ON organise.mailing_recipient AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY mailing_recipient_read ON organise.mailing_recipient AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[])));
CREATE POLICY mailing_recipient_remove ON organise.mailing_recipient AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_add ON organise.member AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_change ON organise.member AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_owner ON organise.member AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY member_read ON organise.member AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[])));
CREATE POLICY member_remove ON organise.member AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.member_contact_detail ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_contact_detail_add ON organise.member_contact_detail AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_contact_detail_change ON organise.member_contact_detail AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_contact_detail_owner ON organise.member_contact_detail AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY member_contact_detail_read ON organise.member_contact_detail AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[])));
CREATE POLICY member_contact_detail_remove ON organise.member_contact_detail AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.member_import ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_import_add ON organise.member_import AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY member_import_change ON organise.member_import AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
CREATE POLICY member_import_owner ON organise.member_import AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY member_import_read ON organise.member_import AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[])));
CREATE POLICY member_import_remove ON organise.member_import AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, ''::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, ''::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.member_import_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_import_row_add ON organise.member_import_row AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_import_row_change ON organise.member_import_row AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_import_row_owner ON organise.member_import_row AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY member_import_row_read ON organise.member_import_row AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[])));
CREATE POLICY member_import_row_remove ON organise.member_import_row AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'contact-details'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'contact-details'::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.member_status_change ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_status_change_add ON organise.member_status_change AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_status_change_change ON organise.member_status_change AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY member_status_change_owner ON organise.member_status_change AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY member_status_change_read ON organise.member_status_change AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[])));
CREATE POLICY member_status_change_remove ON organise.member_status_change AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.member_upload ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_upload_owner ON organise.member_upload AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
ALTER TABLE organise.role_holder ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY role_holder_add ON organise.role_holder AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY role_holder_change ON organise.role_holder AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY role_holder_owner ON organise.role_holder AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY role_holder_read ON organise.role_holder AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[])));
CREATE POLICY role_holder_remove ON organise.role_holder AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
ALTER TABLE organise.sign_up ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_up_add ON organise.sign_up AS PERMISSIVE FOR INSERT TO rosette_api
  WITH CHECK (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY sign_up_change ON organise.sign_up AS PERMISSIVE FOR UPDATE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
CREATE POLICY sign_up_owner ON organise.sign_up AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
CREATE POLICY sign_up_read ON organise.sign_up AS PERMISSIVE FOR SELECT TO rosette_api
  USING ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[])));
CREATE POLICY sign_up_remove ON organise.sign_up AS PERMISSIVE FOR DELETE TO rosette_api
  USING (( SELECT ks.may_change() AS may_change) AND ((constituency_id = ANY (( SELECT ks.areas('organise'::text, 'membership'::text) AS areas)::text[])) OR (constituency_id <> ALL (( SELECT ks.all_areas_but('organise'::text, 'membership'::text) AS all_areas_but)::text[]))));
ALTER TABLE quarantine.deposit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY deposit_owner ON quarantine.deposit AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;
ALTER TABLE quarantine.token ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY token_owner ON quarantine.token AS PERMISSIVE FOR ALL TO rosette_owner
  USING true
  WITH CHECK true;

-- Triggers

CREATE TRIGGER departure_is_journalled AFTER INSERT ON access.departure FOR EACH ROW EXECUTE FUNCTION ks.journal_row('departure', 'id', 'account_id', 'standing', 'office_ids', 'at', 'ordered_by', 'people', 'grants', 'sessions');
CREATE TRIGGER office_enrols_representative AFTER INSERT OR UPDATE OF representative_id ON access.office FOR EACH ROW EXECUTE FUNCTION access.enrol_representative();
CREATE TRIGGER office_opens_scope AFTER INSERT ON access.office FOR EACH ROW EXECUTE FUNCTION ks.open_scope();
CREATE TRIGGER office_member_is_journalled AFTER UPDATE OF until_at ON access.office_member FOR EACH ROW WHEN ((new.until_at IS NOT NULL)) EXECUTE FUNCTION ks.journal_row('office-leave', 'office_id', 'account_id', 'from_at', 'until_at');
CREATE TRIGGER office_member_keeps_representative BEFORE UPDATE ON access.office_member FOR EACH ROW WHEN (((old.until_at IS NULL) AND (new.until_at IS NOT NULL))) EXECUTE FUNCTION access.keep_representative();
CREATE TRIGGER role_grant_control_apart AFTER INSERT OR UPDATE OF approved_at ON access.role_grant FOR EACH ROW EXECUTE FUNCTION access.keep_control_apart();
CREATE TRIGGER role_grant_is_journalled AFTER UPDATE OF ended_at ON access.role_grant FOR EACH ROW WHEN ((new.ended_at IS NOT NULL)) EXECUTE FUNCTION ks.journal_row('grant-end', 'id', 'ended_at', 'ended_by');
CREATE TRIGGER constituency_opens_scope AFTER INSERT ON geography.constituency FOR EACH ROW EXECUTE FUNCTION ks.open_scope();
CREATE TRIGGER account_is_journalled AFTER UPDATE OF closed_at ON identity.account FOR EACH ROW WHEN ((new.closed_at IS NOT NULL)) EXECUTE FUNCTION ks.journal_row('account-closed', 'id', 'closed_at');
CREATE TRIGGER account_opens_scope AFTER INSERT ON identity.account FOR EACH ROW EXECUTE FUNCTION ks.open_scope();
CREATE TRIGGER client_secret_is_journalled AFTER INSERT OR UPDATE ON identity.client_secret FOR EACH ROW EXECUTE FUNCTION ks.journal_row('client-secret', 'account_id', 'changed_at');
CREATE TRIGGER password_is_journalled AFTER INSERT OR UPDATE ON identity.password FOR EACH ROW EXECUTE FUNCTION ks.journal_row('password', 'account_id', 'changed_at');
CREATE TRIGGER recovery_code_is_journalled AFTER DELETE OR UPDATE OF used_at ON identity.recovery_code FOR EACH ROW EXECUTE FUNCTION ks.journal_row('recovery-code', 'account_id');
CREATE TRIGGER totp_is_journalled AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON identity.totp FOR EACH ROW EXECUTE FUNCTION ks.journal_row('second-factor', 'account_id');
CREATE TRIGGER job_knows_its_scopes BEFORE INSERT ON jobs.job FOR EACH ROW EXECUTE FUNCTION ks.refuse_unknown_scope();
CREATE TRIGGER flip_is_journalled AFTER INSERT ON ks.flip FOR EACH ROW EXECUTE FUNCTION ks.journal_row('flip', 'epoch', 'action', 'scopes', 'suspension_id', 'at');
CREATE TRIGGER scope_tells_all AFTER UPDATE ON ks.scope FOR EACH ROW WHEN (((new.since_epoch = old.since_epoch) AND ((new.suspended <> old.suspended) OR (new.gen <> old.gen)))) EXECUTE FUNCTION ks.tell_all();
CREATE TRIGGER state_holds_membership BEFORE UPDATE ON ks.state FOR EACH STATEMENT EXECUTE FUNCTION ks.hold_membership();
CREATE TRIGGER state_is_stamped BEFORE UPDATE ON ks.state FOR EACH ROW EXECUTE FUNCTION ks.stamp_state();
CREATE TRIGGER state_keeps_stamp AFTER UPDATE ON ks.state FOR EACH ROW EXECUTE FUNCTION ks.keep_stamp();
CREATE TRIGGER suspension_is_journalled AFTER INSERT OR UPDATE OF epoch, lifted_at ON ks.suspension FOR EACH ROW EXECUTE FUNCTION ks.journal_row('suspension', 'id', 'target_kind', 'target_id', 'in_force_at', 'epoch', 'ordered_by', 'ordered_at', 'starts_at', 'expires_at', 'review_at', 'lifted_by', 'lifted_at', 'lift_epoch', 'is_expired');
CREATE TRIGGER outbox_forgets_content BEFORE UPDATE ON mail.outbox FOR EACH ROW WHEN ((new.state = ANY (ARRAY['handed-over'::text, 'failed'::text, 'cancelled'::text]))) EXECUTE FUNCTION mail.forget_content();
CREATE TRIGGER outbox_knows_its_scopes BEFORE INSERT ON mail.outbox FOR EACH ROW EXECUTE FUNCTION ks.refuse_unknown_scope();
CREATE TRIGGER controller_profile_is_journalled AFTER INSERT ON protection.controller_profile FOR EACH ROW EXECUTE FUNCTION ks.journal_row('controller-profile', 'version');
CREATE TRIGGER purpose_is_journalled AFTER UPDATE OF ended_at ON protection.purpose FOR EACH ROW WHEN ((new.ended_at IS NOT NULL)) EXECUTE FUNCTION ks.journal_row('purpose-end', 'code', 'ended_at');
CREATE TRIGGER suppression_is_journalled AFTER INSERT ON protection.suppression FOR EACH ROW EXECUTE FUNCTION ks.journal_row('suppression', 'channel', 'address_hash', 'reason', 'subject_id', 'at');
CREATE TRIGGER deposit_is_journalled AFTER UPDATE OF state ON quarantine.deposit FOR EACH ROW WHEN ((new.state = 'discarded'::text)) EXECUTE FUNCTION ks.journal_row('deposit-discarded', 'id', 'decided_at');

-- Functions: whose rights, which search path, who may call (the body is in the migrations)

FUNCTION access.administered_until() RETURNS timestamp with time zone STABLE SET search_path=pg_catalog, pg_temp; -- rosette_api may call it
FUNCTION access.approve_grant(p_account uuid, p_id uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.depart(p_id uuid, p_account uuid, p_standing text, p_reason text, p_offices uuid[], OUT outcome text, OUT people uuid[]) RETURNS record VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.end_grant(p_account uuid, p_id uuid, p_why text) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.enrol_representative() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION access.give_grant(p_id uuid, p_account uuid, p_role text, p_constituency text, p_purposes text[], p_from timestamp with time zone, p_until timestamp with time zone, p_renews uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.join_office(p_office uuid, p_account uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.keep_control_apart() RETURNS trigger VOLATILE SET search_path=pg_catalog, access, pg_temp;
FUNCTION access.keep_representative() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION access.leave_office(p_office uuid, p_account uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.live_grants(p_account uuid) RETURNS SETOF access.role_grant STABLE; -- rosette_api may call it
FUNCTION access.open_office(p_id uuid, p_name text, p_kind text, p_constituency text, p_representative uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.require_change(p_action text) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION access.scope_keys(p_accounts uuid[]) RETURNS text[] STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION access.takes_last_administrator(p_accounts uuid[], p_grant uuid) RETURNS boolean STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.acts_in(p_action text, p_constituency text) RETURNS boolean STABLE;
FUNCTION contact_creator.apply_register_rows(p_constituency text, p_import uuid, p_table text, p_decided boolean) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.apply_register_rows_alone(p_constituency text, p_import uuid, p_table text, p_decided boolean) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off;
FUNCTION contact_creator.claim_walk(p_constituency text, p_walk uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.commit_register_import(p_constituency text, p_import uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off; -- rosette_api may call it
FUNCTION contact_creator.contact_to_end(p_constituency text, p_contact uuid) RETURNS contact_creator.contact VOLATILE;
FUNCTION contact_creator.correct_contact(p_constituency text, p_contact uuid, p_item jsonb, p_reason text, OUT status text, OUT fault text) RETURNS record VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET enable_seqscan=off; -- rosette_api may call it
FUNCTION contact_creator.create_register_staging(p_import uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.decide_register_row(p_constituency text, p_import uuid, p_line integer, p_decision text) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off; -- rosette_api may call it
FUNCTION contact_creator.derive(p_constituency text, p_electors bigint[], p_doors bigint[]) RETURNS void VOLATILE;
FUNCTION contact_creator.derive_moved(p_constituency text) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.derived_differences(p_constituency text) RETURNS TABLE(kind text, id bigint) STABLE;
FUNCTION contact_creator.derived_doors(p_constituency text, p_doors bigint[]) RETURNS TABLE(door_id bigint, do_not_knock_at timestamp with time zone) STABLE;
FUNCTION contact_creator.derived_electors(p_constituency text, p_electors bigint[]) RETURNS TABLE(elector_id bigint, last_attempt_at timestamp with time zone, last_contact_at timestamp with time zone, attempt_count integer, contact_count integer, flags text[], objected_at timestamp with time zone, do_not_return_until date, is_deceased boolean, has_moved boolean, vi_code text, vi_category text, vi_party text, vi_at timestamp with time zone, vi_contact_id uuid, likelihood smallint) STABLE;
FUNCTION contact_creator.discard_register_import(p_constituency text, p_import uuid, p_state text, p_code text, p_detail text) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.drop_empty_places(p_constituency text, p_import uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off;
FUNCTION contact_creator.drop_register_staging(p_import uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.electors_at_doors(p_constituency text, p_doors bigint[]) RETURNS TABLE(door_id bigint, electors integer) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.end_contact(p_contact contact_creator.contact, p_reason text, p_replacement uuid, p_electors bigint[], p_doors bigint[]) RETURNS void VOLATILE;
FUNCTION contact_creator.end_export_fetch(p_constituency text, p_export uuid, p_fetch uuid, p_why text, p_bytes bigint, p_rows integer) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.expire_registers() RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.folded_ward_name(p_name text) RETURNS text IMMUTABLE SET search_path=pg_catalog, contact_creator, pg_temp;
FUNCTION contact_creator.forget_exports() RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.forget_rejected_rows() RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.give_register_wards(p_constituency text, p_import uuid, p_table text) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off;
FUNCTION contact_creator.hold_shrinking_register(p_constituency text, p_import uuid) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off; -- rosette_api may call it
FUNCTION contact_creator.judged_contacts(p_constituency text, p_items jsonb, p_now timestamp with time zone, p_depositor uuid) RETURNS TABLE(id uuid, elector_id bigint, door_id bigint, found_name text, walk_id uuid, method text, outcome text, do_not_return_until date, device_at timestamp with time zone, effective_at timestamp with time zone, payload_hash bytea, vi_code text, vi_category text, vi_party text, second_preference text, likelihood smallint, answers jsonb, flags text[], flags_cleared text[], has_opinion boolean, subject_ids bigint[], fault text) STABLE;
FUNCTION contact_creator.keep_register_review(p_constituency text, p_import uuid, p_table text) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off;
FUNCTION contact_creator.keep_walk_past(p_constituency text, p_walk uuid) RETURNS void VOLATILE;
FUNCTION contact_creator.leave_walk(p_constituency text, p_walk uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.list_of_worked_walk(p_constituency text, p_walk uuid) RETURNS SETOF contact_creator.list STABLE;
FUNCTION contact_creator.may_be_assigned(p_constituency text, p_account uuid, p_purpose text) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.my_walk(p_constituency text, p_walk uuid) RETURNS TABLE(id uuid, list_id uuid, list_name text, name text, "position" integer, doors integer, electors integer, purpose text, uses_opinions boolean, expires_at timestamp with time zone, assigned_until timestamp with time zone, claim_expires_at timestamp with time zone, is_held_by_another boolean) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.my_walks(p_constituency text, p_after_list uuid, p_after_position integer, p_limit integer) RETURNS TABLE(id uuid, list_id uuid, list_name text, name text, "position" integer, doors integer, electors integer, purpose text, uses_opinions boolean, expires_at timestamp with time zone, assigned_until timestamp with time zone, claim_expires_at timestamp with time zone, is_held_by_another boolean) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET plan_cache_mode=force_generic_plan; -- rosette_api may call it
FUNCTION contact_creator.open_export(p_constituency text, p_export uuid, p_fetch uuid, p_request uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.open_register_staging(p_constituency text, p_import uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.purpose_of_walk(p_constituency text, p_walk uuid) RETURNS text STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.receive_register_chunk(p_constituency text, p_import uuid, p_receipt uuid, p_chunk integer, p_bytes bytea) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.record_contacts(p_constituency text, p_items jsonb) RETURNS TABLE(id uuid, status text, fault text) VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET enable_seqscan=off SET plan_cache_mode=force_generic_plan; -- rosette_api may call it
FUNCTION contact_creator.register_staging_of(p_import uuid) RETURNS text STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.register_upload_chunk(p_constituency text, p_import uuid, p_chunk integer) RETURNS bytea VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.release_departed(p_accounts uuid[]) RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.release_walk(p_constituency text, p_walk uuid) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.require_contact_record(p_constituency text) RETURNS void VOLATILE;
FUNCTION contact_creator.require_register_import(p_constituency text) RETURNS void STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.retract_contact(p_constituency text, p_contact uuid, p_reason text) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET enable_seqscan=off; -- rosette_api may call it
FUNCTION contact_creator.set_absent_votes(p_constituency text, p_prefixes text[], p_numbers text[], p_suffixes text[], p_kinds text[]) RETURNS text[] VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.stage_register_import(p_constituency text, p_import uuid, p_rows integer) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off; -- rosette_api may call it
FUNCTION contact_creator.sweep_register_uploads() RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION contact_creator.take_back_register(p_constituency text, p_import uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION contact_creator.take_back_register_alone(p_constituency text, p_import uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off;
FUNCTION contact_creator.take_contacts(p_constituency text, p_items jsonb, p_depositor uuid DEFAULT NULL::uuid, p_handed_in timestamp with time zone DEFAULT NULL::timestamp with time zone, OUT results jsonb, OUT electors bigint[], OUT doors bigint[]) RETURNS record VOLATILE;
FUNCTION contact_creator.undo_register_import(p_constituency text, p_import uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off; -- rosette_api may call it
FUNCTION contact_creator.walk_doors(p_constituency text, p_walk uuid, p_after integer, p_limit integer) RETURNS TABLE("position" integer, door_id bigint, street text, address_lines text[], postcode text, electors jsonb) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET plan_cache_mode=force_generic_plan; -- rosette_api may call it
FUNCTION contact_creator.walk_opinions(p_constituency text, p_walk uuid, p_after integer, p_limit integer) RETURNS TABLE("position" integer, door_id bigint, electors jsonb) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION custody.disclosed(p_request uuid, p_address_class text, p_rows integer, p_subject_ids bigint[], p_target_kind text DEFAULT NULL::text, p_target_id text DEFAULT NULL::text) RETURNS uuid VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET plan_cache_mode=force_generic_plan SET enable_nestloop=on; -- rosette_api may call it
FUNCTION custody.foresee_export(p_rows integer) RETURNS void STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION custody.spend_budget(p_account uuid, p_role text, p_rows integer) RETURNS integer VOLATILE;
FUNCTION custody.spend_export(p_account uuid, p_role text, p_rows integer) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET plan_cache_mode=force_generic_plan;
FUNCTION http.claim_key(p_key text, p_route text, p_body_hash text) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION http.forget_keys(p_limit integer) RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION http.keep_key(p_key text, p_route text, p_body_hash text, p_target_id text) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION identity.begin_attempt(p_subject bytea, p_part_of bytea, p_free integer, p_longest_seconds integer, OUT wait_seconds integer, OUT counted integer) RETURNS record VOLATILE SET search_path=pg_catalog, pg_temp; -- rosette_api may call it
FUNCTION identity.end_sessions(p_account uuid, p_why text, p_only uuid, p_except uuid) RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION identity.finish_set_up(p_token bytea, p_username text, p_display_name text, p_hash text) RETURNS uuid VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.actor() RETURNS uuid STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.after_restore() RETURNS void VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.all_areas_but(p_tool text, p_class text) RETURNS text[] STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.areas(p_tool text, p_class text) RETURNS text[] STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.begin_drill(p_id uuid) RETURNS bigint VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.begin_scheduled_drill(p_id uuid, p_every_hours integer) RETURNS bigint VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.begin_suspension(p_id uuid) RETURNS bigint VOLATILE;
FUNCTION ks.break_glass_lift(p_id uuid, p_reason text, p_operator text, OUT outcome text, OUT epoch bigint) RETURNS record VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.break_glass_suspend(p_id uuid, p_kind text, p_target text, p_reason text, p_notice text, p_operator text) RETURNS bigint VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.certificate(p_epoch bigint, p_deployment jsonb) RETURNS jsonb STABLE;
FUNCTION ks.certificate_of(p_suspension uuid) RETURNS uuid STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.complete_flip(p_epoch bigint, p_members jsonb) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.count_refusals(p_incarnation uuid, p_counts jsonb) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.cuts_of(p_epoch bigint) RETURNS jsonb STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.cuts_of_suspension(p_suspension uuid, p_after bigint, p_limit integer) RETURNS TABLE(number bigint, replica integer, at timestamp with time zone, what text, is_late boolean, why text, request_id uuid, account_id uuid, session_id uuid, route text, action text, bytes bigint, rows integer) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.drain(p_keys text[]) RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.drain_flip(p_epoch bigint) RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.drills() RETURNS TABLE(id uuid, suspension_id uuid, epoch bigint, ordered_by uuid, is_scheduled boolean, started_at timestamp with time zone, ended_at timestamp with time zone, is_ok boolean, was_refused boolean, in_force_at timestamp with time zone, barrier_ms integer, answer_ms integer) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.due_suspensions() RETURNS TABLE(id uuid, what text) VOLATILE;
FUNCTION ks.end_abandoned_drill() RETURNS uuid VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.end_drill(p_id uuid, p_is_ok boolean, p_was_refused boolean, p_barrier_ms integer, p_answer_ms integer) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.end_suspension(p_id uuid, p_by uuid, p_reason text, p_is_expired boolean, p_operator text DEFAULT NULL::text) RETURNS bigint VOLATILE;
FUNCTION ks.end_what_went_on() RETURNS void VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.enter(p_incarnation uuid, p_session uuid, p_reach text, p_tool text, p_mode text, p_action text, p_purpose text, p_classes text[], p_constituencies text[], p_scope_keys text[], p_scope_gens bigint[]) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET plan_cache_mode=force_generic_plan; -- rosette_api may call it
FUNCTION ks.fence_member(p_epoch bigint, p_incarnation uuid) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.flip_between(p_admitted bigint, p_cut bigint, p_scopes text[]) RETURNS bigint STABLE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.flip_members(p_epoch bigint) RETURNS TABLE(incarnation uuid, renewed boolean, closed boolean, drained boolean, retired boolean, fenced boolean, wait_ms integer) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.flip_report(p_epoch bigint) RETURNS jsonb STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.hold(p_incarnation uuid, p_keys text[]) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.hold_membership() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.join_scopes(p_keys text[]) RETURNS void VOLATILE;
FUNCTION ks.journal_lock(p_file uuid, p_takes boolean) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.journal_member_status(p_constituency text, p_member bigint, p_status text) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.journal_page(p_seen pg_snapshot, p_upto pg_snapshot, p_after bigint, p_limit integer) RETURNS TABLE(lineage uuid, upto text, entries jsonb, last bigint) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.journal_row() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.keep_stamp() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.lift(p_id uuid, p_reason text, p_expected_epoch bigint DEFAULT NULL::bigint, OUT outcome text, OUT epoch bigint) RETURNS record VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.lifters() RETURNS SETOF uuid STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.mac(body text) RETURNS text STABLE;
FUNCTION ks.may_change(p_action text DEFAULT NULL::text) RETURNS boolean STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.news(p_stamp uuid, OUT since bigint, OUT scopes jsonb) RETURNS record STABLE;
FUNCTION ks.notices(p_keys text[]) RETURNS TABLE(suspension_id uuid, scope text, notice text, appeal_note text, in_force_at timestamp with time zone) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.open_drill(p_id uuid, p_by uuid, p_slot bigint) RETURNS bigint VOLATILE;
FUNCTION ks.open_flips() RETURNS SETOF bigint STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.open_scope() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.perform_due() RETURNS TABLE(suspension_id uuid, what text, flip_epoch bigint) VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.prove_flip(p_epoch bigint, p_members jsonb, p_deployment jsonb) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.raise_generation(p_keys text[]) RETURNS bigint VOLATILE;
FUNCTION ks.record_cuts(p_incarnation uuid, p_cuts jsonb) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.refuse_unknown_scope() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.register_replica(p_incarnation uuid, p_host text, p_pid integer, p_build text, OUT number integer, OUT lease_ms integer, OUT beat_ms integer, OUT guard_ms integer) RETURNS record VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.renew(p_incarnation uuid, p_request bigint, p_closed bigint, p_drained bigint, p_stamp uuid) RETURNS TABLE(incarnation uuid, request bigint, epoch bigint, stamp uuid, scopes jsonb, notices jsonb, since bigint, database_ms double precision) VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.replay_account_closed(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_client_secret(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_contact_end(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_contact_kept(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_controller_profile(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_departure(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_deposit_discarded(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_flip(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_grant_end(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_journal(p_entries jsonb) RETURNS TABLE(kind text, outcome text, entries integer) VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_member_status(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_office_leave(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_password(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_purpose_end(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_recovery_code(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_second_factor(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_suppression(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replay_suspension(e jsonb) RETURNS text VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.replicas() RETURNS TABLE(number integer, host text, pid integer, build text, started_at timestamp with time zone, last_seen_at timestamp with time zone, silent_ms bigint, may_hold_lease boolean, fenced boolean, closed_epoch bigint, drained_epoch bigint, epoch bigint) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.retire_replica(p_incarnation uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.revoke(p_keys text[]) RETURNS bigint VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.scope_epoch(p_kind text, p_target text) RETURNS bigint STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.scopes_of(reach text, tool text, account_kind text, account_id text, offices text[], areas text[]) RETURNS TABLE(kind text, id text) IMMUTABLE; -- rosette_api may call it
FUNCTION ks.sealed() RETURNS text[] STABLE;
FUNCTION ks.settle_restored() RETURNS void VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.shortest_suspension(p_kind text) RETURNS interval IMMUTABLE;
FUNCTION ks.snapshot(OUT epoch bigint, OUT scopes jsonb) RETURNS record STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.stamp_state() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.suspend(p_id uuid, p_kind text, p_target text, p_reason text, p_notice text, p_appeal_note text DEFAULT NULL::text, p_starts_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_review_at timestamp with time zone DEFAULT NULL::timestamp with time zone, OUT outcome text, OUT epoch bigint) RETURNS record VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.suspended_keys() RETURNS text[] STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.suspensions() RETURNS SETOF ks.suspension STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ks.take_alone(p_class integer, p_lock integer) RETURNS integer[] VOLATILE;
FUNCTION ks.tell_all() RETURNS trigger VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.wait_ms(p_lease_ms integer, p_rho_ppm integer) RETURNS integer IMMUTABLE;
FUNCTION ks.write_break_glass(p_action text, p_suspension uuid, p_operator text, p_scope text, p_epoch bigint) RETURNS void VOLATILE SET search_path=pg_catalog, ks, pg_temp;
FUNCTION ks.write_flip(p_epoch bigint, p_action text, p_scopes text[], p_suspension uuid) RETURNS void VOLATILE;
FUNCTION ledger.action_event("row" ledger.action) RETURNS text STABLE;
FUNCTION ledger.activity(p_since timestamp with time zone, p_until timestamp with time zone) RETURNS TABLE(account_id uuid, last_seen_at timestamp with time zone, disclosures integer, rows bigint, refusals integer) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.canonical(p_value jsonb) RETURNS text IMMUTABLE;
FUNCTION ledger.canonical_number(p_number numeric) RETURNS text IMMUTABLE SET extra_float_digits=1;
FUNCTION ledger.disclosure_event("row" ledger.disclosure) RETURNS text STABLE;
FUNCTION ledger.disclosure_rates(p_minutes integer) RETURNS TABLE(at timestamp with time zone, tool text, disclosures integer, rows bigint) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.end_sealer() RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.ensure_partitions() RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.entry(p_id uuid) RETURNS TABLE("position" bigint, record text, salt bytea, event text) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.grow_tree(p_from bigint, p_to bigint) RETURNS bytea VOLATILE;
FUNCTION ledger.hashes(p_level integer, p_from bigint, p_to bigint) RETURNS bytea[] STABLE;
FUNCTION ledger.is_signed(p_id uuid) RETURNS boolean STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.member_order(p_name text) RETURNS text IMMUTABLE;
FUNCTION ledger.put_checkpoint(p_size bigint, p_note text, p_keys text[]) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.record_action(p_request uuid, p_target_kind text, p_target_id text, p_detail jsonb) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.record_refusal(p_session uuid, p_tool text, p_action text, p_code text, p_request uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.record_sign_in(p_action text, p_account uuid, p_session uuid, p_code text, p_request uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION ledger.seal(p_min_age_ms integer, OUT is_done boolean, OUT is_more boolean, OUT size bigint, OUT root bytea, OUT is_signed boolean) RETURNS record VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET plan_cache_mode=force_custom_plan SET enable_seqscan=off SET enable_hashjoin=off SET enable_mergejoin=off; -- rosette_api may call it
FUNCTION ledger.tree_hash(p_hashes bytea[]) RETURNS bytea IMMUTABLE;
FUNCTION mail.begin_hand_over(p_id uuid, p_incarnation uuid, p_claim integer, p_lease interval) RETURNS TABLE(to_address text, subject text, text text, html text, headers jsonb, created_at timestamp with time zone) VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION mail.forget_content() RETURNS trigger VOLATILE SET search_path=pg_catalog, pg_temp;
FUNCTION organise.apply_member_rows(p_constituency text, p_import uuid, p_table text, p_account uuid) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off;
FUNCTION organise.cancel_mailings_of(p_accounts uuid[]) RETURNS uuid[] VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION organise.commit_member_import(p_constituency text, p_import uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off; -- rosette_api may call it
FUNCTION organise.discard_member_import(p_constituency text, p_import uuid, p_state text, p_code text, p_detail text) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION organise.drop_member_staging(p_import uuid) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION organise.mailing_counts(p_constituency text, p_mailing uuid) RETURNS TABLE(state text, n integer) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION organise.member_staging_of(p_import uuid) RETURNS text STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION organise.member_upload_chunk(p_constituency text, p_import uuid, p_chunk integer) RETURNS bytea VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION organise.open_member_staging(p_constituency text, p_import uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION organise.receive_member_chunk(p_constituency text, p_import uuid, p_receipt uuid, p_chunk integer, p_bytes bytea) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION organise.recipient_state(p_state text, p_outbox text, p_code text, p_is_uncertain boolean) RETURNS text IMMUTABLE SET search_path=pg_catalog, pg_temp; -- rosette_api may call it
FUNCTION organise.record_member_rows(p_constituency text, p_import uuid, p_table text) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off;
FUNCTION organise.reject_blank_names(p_constituency text, p_table text) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION organise.require_member_import(p_constituency text) RETURNS void STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp;
FUNCTION organise.settle_event(p_constituency text, p_event uuid) RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION organise.stage_member_import(p_constituency text, p_import uuid, p_rows integer) RETURNS jsonb VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET work_mem=96MB SET jit=off; -- rosette_api may call it
FUNCTION organise.sweep_member_uploads() RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION protection.accept_undertaking(p_version integer) RETURNS timestamp with time zone VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION protection.change_controller_profile(p_read integer, p_party_name text, p_party_registration text, p_ico_registration text, p_policy_reference text, p_policy_adopted_on date, p_policy_review_on date) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION protection.opinions_allowed() RETURNS boolean STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION protection.suppress(p_channel text, p_hash text, p_reason text, p_subject bigint) RETURNS void VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION protection.suppressed(p_channel text, p_hashes text[]) RETURNS TABLE(address_hash text, reason text) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.decide(p_id uuid, p_reason text, p_outcomes jsonb) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.deposits(p_id uuid, p_state text, p_before timestamp with time zone, p_before_id uuid, p_limit integer) RETURNS TABLE(id uuid, constituency_id text, list_id uuid, walk_id uuid, account_id uuid, received_at timestamp with time zone, received integer, state text, kept_until timestamp with time zone, decided_at timestamp with time zone, decided_by uuid, reason text, outcomes jsonb) STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.is_live(p_token bytea) RETURNS boolean STABLE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.issue_token(p_constituency text, p_walk uuid, p_token bytea) RETURNS timestamp with time zone VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.open(p_id uuid, OUT against text, OUT token_hash bytea, OUT device_id uuid, OUT key_id text, OUT sealed bytea, OUT constituency_id text, OUT walk_id uuid) RETURNS record VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.release(p_id uuid, p_items jsonb) RETURNS TABLE(id uuid, status text, fault text) VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp SET enable_seqscan=off; -- rosette_api may call it
FUNCTION quarantine.sweep() RETURNS integer VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.take(p_token bytea, p_device_id uuid, p_digest bytea, p_received integer, p_bytes integer, p_key_id text, p_sealed bytea, p_request uuid) RETURNS text VOLATILE SECURITY DEFINER SET search_path=pg_catalog, ks, pg_temp; -- rosette_api may call it
FUNCTION quarantine.to_decide(p_id uuid, OUT against text, OUT deposit quarantine.deposit) RETURNS record VOLATILE;

-- What rosette_api may do with tables and sequences

GRANT INSERT (account_id) ON jobs.job TO rosette_api;
GRANT INSERT (headers) ON mail.outbox TO rosette_api;
GRANT INSERT (html) ON mail.outbox TO rosette_api;
GRANT INSERT (id) ON jobs.job TO rosette_api;
GRANT INSERT (id) ON mail.outbox TO rosette_api;
GRANT INSERT (kind) ON jobs.job TO rosette_api;
GRANT INSERT (kind) ON mail.outbox TO rosette_api;
GRANT INSERT (max_attempts) ON jobs.job TO rosette_api;
GRANT INSERT (message_id) ON mail.outbox TO rosette_api;
GRANT INSERT (payload) ON jobs.job TO rosette_api;
GRANT INSERT (recipient_hashes) ON mail.outbox TO rosette_api;
GRANT INSERT (run_at) ON jobs.job TO rosette_api;
GRANT INSERT (scopes) ON jobs.job TO rosette_api;
GRANT INSERT (scopes) ON mail.outbox TO rosette_api;
GRANT INSERT (session_id) ON jobs.job TO rosette_api;
GRANT INSERT (subject) ON mail.outbox TO rosette_api;
GRANT INSERT (text) ON mail.outbox TO rosette_api;
GRANT INSERT (to_address) ON mail.outbox TO rosette_api;
GRANT SELECT ("position") ON ledger.leaf TO rosette_api;
GRANT SELECT (attempts) ON mail.outbox TO rosette_api;
GRANT SELECT (claim) ON mail.outbox TO rosette_api;
GRANT SELECT (created_at) ON mail.outbox TO rosette_api;
GRANT SELECT (error_code) ON mail.outbox TO rosette_api;
GRANT SELECT (handed_over_at) ON mail.outbox TO rosette_api;
GRANT SELECT (hash) ON ledger.leaf TO rosette_api;
GRANT SELECT (id) ON mail.outbox TO rosette_api;
GRANT SELECT (incarnation) ON mail.outbox TO rosette_api;
GRANT SELECT (is_uncertain) ON mail.outbox TO rosette_api;
GRANT SELECT (kind) ON mail.outbox TO rosette_api;
GRANT SELECT (lease_until) ON mail.outbox TO rosette_api;
GRANT SELECT (message_id) ON mail.outbox TO rosette_api;
GRANT SELECT (next_at) ON mail.outbox TO rosette_api;
GRANT SELECT (root) ON ledger.round TO rosette_api;
GRANT SELECT (scopes) ON mail.outbox TO rosette_api;
GRANT SELECT (sealed_at) ON ledger.round TO rosette_api;
GRANT SELECT (size) ON ledger.round TO rosette_api;
GRANT SELECT (state) ON mail.outbox TO rosette_api;
GRANT SELECT ON access.action_rule TO rosette_api;
GRANT SELECT ON access.departure TO rosette_api;
GRANT SELECT ON access.office TO rosette_api;
GRANT SELECT ON access.office_member TO rosette_api;
GRANT SELECT ON access.role_grant TO rosette_api;
GRANT SELECT ON access.role_limit TO rosette_api;
GRANT SELECT ON access.role_permission TO rosette_api;
GRANT SELECT ON access.role_rule TO rosette_api;
GRANT SELECT ON contact_creator.contact TO rosette_api;
GRANT SELECT ON contact_creator.contact_answer TO rosette_api;
GRANT SELECT ON contact_creator.contact_subject TO rosette_api;
GRANT SELECT ON contact_creator.door TO rosette_api;
GRANT SELECT ON contact_creator.elector TO rosette_api;
GRANT SELECT ON contact_creator.elector_opinion TO rosette_api;
GRANT SELECT ON contact_creator.export_fetch TO rosette_api;
GRANT SELECT ON contact_creator.register_entry TO rosette_api;
GRANT SELECT ON contact_creator.register_import_row TO rosette_api;
GRANT SELECT ON geography.constituency TO rosette_api;
GRANT SELECT ON geography.postcode TO rosette_api;
GRANT SELECT ON geography.ward TO rosette_api;
GRANT SELECT ON geography.ward_constituency TO rosette_api;
GRANT SELECT ON jobs.job TO rosette_api;
GRANT SELECT ON ledger.action TO rosette_api;
GRANT SELECT ON ledger.checkpoint TO rosette_api;
GRANT SELECT ON ledger.checkpoint_key TO rosette_api;
GRANT SELECT ON ledger.disclosure TO rosette_api;
GRANT SELECT ON ledger.log TO rosette_api;
GRANT SELECT ON ledger.node TO rosette_api;
GRANT SELECT ON organise.member_import_row TO rosette_api;
GRANT SELECT ON protection.controller_profile TO rosette_api;
GRANT SELECT ON protection.purpose TO rosette_api;
GRANT SELECT ON protection.undertaking TO rosette_api;
GRANT SELECT ON protection.undertaking_acceptance TO rosette_api;
GRANT SELECT, INSERT ON contact_creator.export TO rosette_api;
GRANT SELECT, INSERT ON contact_creator.export_block TO rosette_api;
GRANT SELECT, INSERT ON contact_creator.voting_intention_code TO rosette_api;
GRANT SELECT, INSERT ON contact_creator.walk_door TO rosette_api;
GRANT SELECT, INSERT ON contact_creator.walk_elector TO rosette_api;
GRANT SELECT, INSERT ON identity.client_scope TO rosette_api;
GRANT SELECT, INSERT ON identity.session TO rosette_api;
GRANT SELECT, INSERT ON organise.member_status_change TO rosette_api;
GRANT SELECT, INSERT, DELETE ON contact_creator.polling_station_district TO rosette_api;
GRANT SELECT, INSERT, DELETE ON contact_creator.selection_member TO rosette_api;
GRANT SELECT, INSERT, DELETE ON identity.used_totp_counter TO rosette_api;
GRANT SELECT, INSERT, DELETE ON organise.branch_ward TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON contact_creator.polling_district TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON contact_creator.register_import TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON contact_creator.road_group TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON contact_creator.street TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON identity.account TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON identity.client_secret TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON identity.password TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON identity.totp_reset TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.branch TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.event TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.mailing_recipient TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.member TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.member_contact_detail TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.member_import TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.role_holder TO rosette_api;
GRANT SELECT, INSERT, UPDATE ON organise.sign_up TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_creator.list TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_creator.polling_station TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_creator.selection TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_creator.walk TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.failed_attempt TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.one_time_token TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.recovery_code TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.refresh_token TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.totp TO rosette_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON organise.mailing TO rosette_api;
GRANT UPDATE (attempts) ON jobs.job TO rosette_api;
GRANT UPDATE (attempts) ON mail.outbox TO rosette_api;
GRANT UPDATE (cancel_requested) ON jobs.job TO rosette_api;
GRANT UPDATE (claim) ON jobs.job TO rosette_api;
GRANT UPDATE (claim) ON mail.outbox TO rosette_api;
GRANT UPDATE (error_code) ON jobs.job TO rosette_api;
GRANT UPDATE (error_code) ON mail.outbox TO rosette_api;
GRANT UPDATE (expires_at) ON identity.session TO rosette_api;
GRANT UPDATE (finished_at) ON jobs.job TO rosette_api;
GRANT UPDATE (handed_over_at) ON mail.outbox TO rosette_api;
GRANT UPDATE (incarnation) ON jobs.job TO rosette_api;
GRANT UPDATE (incarnation) ON mail.outbox TO rosette_api;
GRANT UPDATE (is_uncertain) ON mail.outbox TO rosette_api;
GRANT UPDATE (label) ON contact_creator.voting_intention_code TO rosette_api;
GRANT UPDATE (lease_until) ON jobs.job TO rosette_api;
GRANT UPDATE (lease_until) ON mail.outbox TO rosette_api;
GRANT UPDATE (mfa_at) ON identity.session TO rosette_api;
GRANT UPDATE (next_at) ON mail.outbox TO rosette_api;
GRANT UPDATE (progress) ON jobs.job TO rosette_api;
GRANT UPDATE (run_at) ON jobs.job TO rosette_api;
GRANT UPDATE (started_at) ON jobs.job TO rosette_api;
GRANT UPDATE (state) ON jobs.job TO rosette_api;
GRANT UPDATE (state) ON mail.outbox TO rosette_api;
GRANT UPDATE (stepped_up_until) ON identity.session TO rosette_api;
GRANT UPDATE (valid_until) ON contact_creator.voting_intention_code TO rosette_api;
GRANT UPDATE (version) ON contact_creator.voting_intention_code TO rosette_api;
GRANT USAGE ON SEQUENCE protection.subject_id TO rosette_api;
