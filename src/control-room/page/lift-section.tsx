/**
 * In charge of lifting: who asked, who has to confirm, and who cannot. The rules are the API's; what is said here saves a
 * tired person an attempt that would be refused.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from './api.js';
import { Dialog } from './dialog.js';
import { learn, type Suspension } from './knowledge.js';
import { mayStop, me, needsStepUp, stepUp } from './session.js';
import { StepUpFields, stepUpIn, textIn } from './step-up-fields.js';
import { actorName, targetName } from './suspension-card.js';
import { focusHeading, say } from './view.js';
import { faultInWords, momentOf } from './words.js';

type Step = 'ask' | 'confirm' | 'lift' | 'cancel';

/** A tool, everything, and what no person ordered take two people. */
function takesTwo({ target, orderedBy, epoch }: Suspension): boolean {
  return epoch !== null && (target.kind === 'tool' || target.kind === 'all' || orderedBy === null);
}

const verbs: Record<Step, string> = {
  ask: 'Ask for the lift',
  confirm: 'Confirm, and lift',
  lift: 'Lift',
  cancel: 'Cancel it before it begins',
};

export function LiftSection({ suspension }: { suspension: Suspension }) {
  const [step, setStep] = useState<Step | undefined>(undefined);
  const { target, state, liftAskedBy, liftAskedAt, liftReason, breakGlass } = suspension;
  const isAsked = state === 'lift-asked';
  const isMine = isAsked && liftAskedBy === me.value?.id;
  const isSubject = target.kind === 'user' && target.id === me.value?.id;
  const next: Step =
    suspension.epoch === null ? 'cancel' : takesTwo(suspension) ? (isAsked ? 'confirm' : 'ask') : 'lift';
  return (
    <section aria-labelledby="lift">
      <h2 id="lift">Lifting it</h2>
      <p>
        {takesTwo(suspension)
          ? 'Two different people lift this: one asks, another confirms.'
          : 'One person lifts this, who is not the one it stops.'}
      </p>
      {isAsked ? (
        <p class="asked">
          <strong>{isMine ? 'You asked' : `${actorName(liftAskedBy)} asked`}</strong>{' '}
          {liftAskedAt === null ? '' : `at ${momentOf(liftAskedAt)}`}: “{liftReason}”
        </p>
      ) : null}
      {isMine ? (
        <p>
          <strong>You cannot confirm what you have asked for.</strong> Somebody else who may lift has to: let
          them open this page and sign in.
        </p>
      ) : isSubject ? (
        <p>Nobody lifts his own.</p>
      ) : mayStop() ? (
        <button type="button" class="plain" onClick={() => setStep(next)}>
          {verbs[next]}…
        </button>
      ) : (
        <p>Your account may look, and not lift anything.</p>
      )}
      {breakGlass === null ? null : (
        <p class="warning">
          Fewer than two people can lift this at the moment. Whoever runs the servers can:{' '}
          <code>{breakGlass}</code>
        </p>
      )}
      {step === undefined ? null : (
        <LiftDialog suspension={suspension} step={step} onClose={() => setStep(undefined)} />
      )}
    </section>
  );
}

function LiftDialog({
  suspension,
  step,
  onClose,
}: {
  suspension: Suspension;
  step: Step;
  onClose: () => void;
}) {
  const [fault, setFault] = useState<unknown>(undefined);
  const [isSending, setSending] = useState(false);
  const [asksWho] = useState(needsStepUp());
  const complaint = useRef<HTMLParagraphElement>(null);
  const name = targetName(suspension.target);
  useEffect(() => {
    if (fault !== undefined) complaint.current?.focus();
  }, [fault]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    const proof = stepUpIn(given);
    setSending(true);
    setFault(undefined);
    try {
      if (proof && needsStepUp()) await stepUp(proof.password, proof.code);
      const expectedEpoch = suspension.scopeEpoch;
      const { body } = await post(
        '/v1/suspensions/{id}/lift',
        { reason: textIn(given, 'reason').trim(), ...(expectedEpoch === null ? {} : { expectedEpoch }) },
        { id: suspension.id },
      );
      learn(body);
      say(body.state === 'lift-asked' ? `The lift of ${name} was asked for.` : `${name}: ${body.state}.`);
      onClose();
      focusHeading();
    } catch (error) {
      setFault(error);
      const code = form.querySelector<HTMLInputElement>('[name=code]');
      if (code) code.value = '';
    } finally {
      setSending(false);
    }
  };

  return (
    <Dialog title={`${verbs[step]}: ${name}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} aria-busy={isSending}>
        <p>
          {step === 'ask'
            ? 'Nothing changes yet: it stays stopped until another person has confirmed.'
            : step === 'cancel'
              ? 'It has not begun, and will not.'
              : 'It runs again at once, unless something else stops it too.'}
        </p>
        {fault === undefined ? null : (
          <p class="complaint" role="alert" tabIndex={-1} ref={complaint}>
            {faultInWords(fault)}
          </p>
        )}
        <label>
          Why it may be lifted
          <span class="hint" id="lift-hint">
            Kept for ever, with your name
          </span>
          <textarea name="reason" rows={2} required maxLength={2000} aria-describedby="lift-hint" />
        </label>
        {asksWho ? <StepUpFields /> : null}
        <p class="actions">
          <button type="submit" class="primary" disabled={isSending}>
            {isSending ? 'Sending…' : verbs[step]}
          </button>
          <button type="button" class="plain" onClick={onClose}>
            Leave it stopped
          </button>
        </p>
      </form>
    </Dialog>
  );
}
