/** In charge of signing in: name, password and code at once, since who may use this page has a second factor. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { farewell, fault, signIn, state } from './session.js';
import { textIn } from './step-up-fields.js';
import { faultInWords } from './words.js';

export function SignInView() {
  const [refusal, setRefusal] = useState<unknown>(undefined);
  const [isSending, setSending] = useState(false);
  const complaint = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (refusal !== undefined) complaint.current?.focus();
  }, [refusal]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    setSending(true);
    setRefusal(undefined);
    try {
      await signIn(
        textIn(given, 'username').trim(),
        textIn(given, 'password'),
        textIn(given, 'code').replaceAll(/\s/g, ''),
      );
    } catch (error) {
      setRefusal(error);
      form.querySelector<HTMLInputElement>('[name=code]')!.value = '';
    } finally {
      setSending(false);
    }
  };

  return (
    <main class="door">
      <h1 tabIndex={-1}>Control room</h1>
      {state.value === 'unknown' ? (
        <p role="status">
          {fault.value === undefined
            ? 'Looking for your session…'
            : `${faultInWords(fault.value)} This page knows nothing yet, and goes on asking.`}
        </p>
      ) : (
        <form onSubmit={(event) => void submit(event)} aria-busy={isSending}>
          {farewell.value === undefined ? null : <p role="status">{farewell}</p>}
          {window.isSecureContext ? null : (
            <p class="warning">
              This address has no TLS. Your session cannot be kept here, and what you type can be read on the
              way.
            </p>
          )}
          {refusal === undefined ? null : (
            <p class="complaint" role="alert" tabIndex={-1} ref={complaint}>
              {faultInWords(refusal)}
            </p>
          )}
          <label>
            E-mail address
            <input name="username" type="email" autocomplete="username" required maxLength={254} />
          </label>
          <label>
            Password
            <input name="password" type="password" autocomplete="current-password" required maxLength={512} />
          </label>
          <label>
            Code
            <span class="hint" id="code-hint">
              Six digits from your authenticator app, or a recovery code
            </span>
            <input
              name="code"
              inputMode="numeric"
              autocomplete="one-time-code"
              aria-describedby="code-hint"
              maxLength={40}
              spellcheck={false}
            />
          </label>
          <button type="submit" class="primary" disabled={isSending}>
            {isSending ? 'Signing in…' : 'Sign in'}
          </button>
        </form>
      )}
      <BreakGlass />
    </main>
  );
}

/** The way that is left when this one is not. */
export function BreakGlass() {
  return (
    <details>
      <summary>If this page does not work</summary>
      <p>Whoever runs the servers stops a tool at the database itself, from the folder of Rosette:</p>
      <pre>npx rosette suspend tool contact-creator --reason 'why' --by 'Your Name'</pre>
      <p>
        Ring that person now; <code>npx rosette status</code> says how things stand.
      </p>
    </details>
  );
}
