/** In charge of the two fields by which somebody who is signed in shows once more who he is. */
export function StepUpFields() {
  return (
    <fieldset>
      <legend>Confirm who you are</legend>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required maxLength={512} />
      </label>
      <label>
        Code
        <span class="hint" id="step-up-hint">
          A new one: each works once
        </span>
        <input
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          aria-describedby="step-up-hint"
          required
          maxLength={40}
          spellcheck={false}
        />
      </label>
    </fieldset>
  );
}

/** What was written into them, if they are in the form. */
export function stepUpIn(given: FormData): { password: string; code: string } | undefined {
  if (!given.has('password')) return undefined;
  return { password: textIn(given, 'password'), code: textIn(given, 'code').replaceAll(/\s/g, '') };
}

/** What was written into a field; none of ours takes a file. */
export function textIn(given: FormData, name: string): string {
  const value = given.get(name);
  return typeof value === 'string' ? value : '';
}
