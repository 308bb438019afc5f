/**
 * In charge of the second of the two actions by which something is stopped: why, and the button that does it. Then of what came
 * of it, for as long as it is open.
 */
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from './dialog.js';
import { me, needsStepUp, stepUp } from './session.js';
import { order, place, putAway, type Order, type Target } from './order.js';
import { OrderProgress } from './order-progress.js';
import { StepUpFields, stepUpIn, textIn } from './step-up-fields.js';
import { focusHeading } from './view.js';
import { faultInWords } from './words.js';

/** A new object each time: a dialog that was closed says so a moment later, and may not close the next one. */
const opened = signal<{ wanted: Target; opening: number } | undefined>(undefined);
let openings = 0;

export function openStopDialog(wanted: Target): void {
  if (order.value === undefined || ['complete', 'refused', 'blind'].includes(order.value.phase)) putAway();
  openings += 1;
  opened.value = { wanted, opening: openings };
}

function close(opening: number): void {
  if (opened.value?.opening !== opening) return;
  opened.value = undefined;
  // The button that opened it goes with what it stopped.
  if (order.value?.phase === 'complete') focusHeading();
  // One that is not answered goes on, and is told below the page.
  if (order.value && ['complete', 'refused', 'blind'].includes(order.value.phase)) putAway();
}

export function StopDialog() {
  if (opened.value === undefined) return null;
  const { wanted, opening } = opened.value;
  const closeThis = () => close(opening);
  const placed = order.value;
  const isPlaced = placed !== undefined && placed.phase !== 'step-up' && placed.phase !== 'refused';
  const subject = wanted.kind === 'all' ? 'everything' : (placed?.target.name ?? wanted.name);
  return (
    <Dialog
      key={opening}
      title={isPlaced ? titleOf(placed, subject) : `Stop ${subject}?`}
      onClose={closeThis}
    >
      {isPlaced ? (
        <OrderProgress order={placed} onClose={closeThis} />
      ) : (
        <StopForm wanted={wanted} subject={subject} onClose={closeThis} />
      )}
    </Dialog>
  );
}

function titleOf({ phase }: Order, subject: string): string {
  if (phase === 'complete') return `${subject.charAt(0).toUpperCase()}${subject.slice(1)} is stopped`;
  return `Stopping ${subject}`;
}

function StopForm({ wanted, subject, onClose }: { wanted: Target; subject: string; onClose: () => void }) {
  const [isAsked, setAsked] = useState(needsStepUp());
  const [fault, setFault] = useState<unknown>(undefined);
  const [isSending, setSending] = useState(false);
  const complaint = useRef<HTMLParagraphElement>(null);
  const placed = order.value;
  const refusal = fault ?? (placed?.phase === 'refused' ? placed.fault : undefined);
  const asksNow = isAsked || placed?.phase === 'step-up';
  useEffect(() => {
    if (refusal !== undefined) complaint.current?.focus();
  }, [refusal]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    const proof = stepUpIn(given);
    setSending(true);
    setFault(undefined);
    try {
      if (proof) await stepUp(proof.password, proof.code);
      setAsked(false);
      place(wanted, textIn(given, 'reason').trim(), textIn(given, 'notice').trim());
    } catch (error) {
      setFault(error);
      const code = form.querySelector<HTMLInputElement>('[name=code]');
      if (code) code.value = '';
    } finally {
      setSending(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} aria-busy={isSending}>
      <p>{consequenceOf(wanted)}</p>
      {refusal === undefined ? null : (
        <p class="complaint" role="alert" tabIndex={-1} ref={complaint}>
          Nothing was stopped. {faultInWords(refusal)}
        </p>
      )}
      <label>
        Why
        <span class="hint" id="reason-hint">
          Kept for ever, with your name
        </span>
        <textarea
          name="reason"
          rows={2}
          required
          maxLength={2000}
          aria-describedby="reason-hint"
          defaultValue={placed?.reason ?? ''}
          onInput={refuseBlank}
        />
      </label>
      <label>
        What they are told <span class="hint">(may be left empty)</span>
        <textarea name="notice" rows={2} maxLength={2000} defaultValue={placed?.notice ?? ''} />
      </label>
      {asksNow ? <StepUpFields /> : null}
      <p class="actions">
        <button type="submit" class="danger" disabled={isSending}>
          {isSending ? 'Sending…' : `Stop ${subject} now`}
        </button>
        <button type="button" class="plain" onClick={onClose}>
          Cancel
        </button>
      </p>
    </form>
  );
}

/** Spaces alone are no reason. */
function refuseBlank(event: InputEvent): void {
  const field = event.currentTarget as HTMLTextAreaElement;
  field.setCustomValidity(field.value !== '' && field.value.trim() === '' ? 'Say why.' : '');
}

function consequenceOf({ kind, id }: Target): string {
  if (kind === 'user' && id === me.value?.id)
    return 'This is you. You stay signed in, but can stop and lift nothing more, and this page will show you no more than that you are stopped. Somebody else has to lift it.';
  if (kind === 'user' || kind === 'client')
    return 'At once, on every replica: what they have under way is cut off, files too, and nothing more is answered. One other person can lift it.';
  if (kind === 'office')
    return 'At once, on every replica, for everybody in the office: what they have under way is cut off, files too, and nothing more is answered. One other person can lift it.';
  return 'At once, on every replica, for everybody: what is under way is cut off, files too, and nothing more is answered. Two people lift it.';
}
