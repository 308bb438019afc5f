/** In charge of the signed certificate of a suspension: to be read here, and kept as a file. */
import { useEffect, useState } from 'preact/hooks';
import { download } from './api.js';
import { faultInWords } from './words.js';

export function Certificate({ id, isThere }: { id: string; isThere: boolean }) {
  const [text, setText] = useState<string | undefined>(undefined);
  const [fault, setFault] = useState<unknown>(undefined);
  const [address, setAddress] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (text === undefined) return undefined;
    const made = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);

  const read = async () => {
    setFault(undefined);
    try {
      setText(await download(`/v1/suspensions/${id}/certificate`));
    } catch (error) {
      setFault(error);
    }
  };

  return (
    <section aria-labelledby="certificate">
      <h2 id="certificate">Certificate</h2>
      <p>Signed, so that somebody else can check it without this server.</p>
      {fault === undefined ? null : <p role="alert">{faultInWords(fault)}</p>}
      {!isThere ? <p>There is one once it is proved everywhere, and sealed.</p> : null}
      {text === undefined ? (
        <button type="button" class="plain" disabled={!isThere} onClick={() => void read()}>
          Read the certificate
        </button>
      ) : (
        <>
          <p>
            <a class="button" href={address} download={`suspension-${id}.certificate.json`}>
              Keep it as a file
            </a>
          </p>
          <pre class="scroll" tabIndex={0} role="region" aria-label="The certificate">
            {readable(text)}
          </pre>
        </>
      )}
    </section>
  );
}

/** For eyes; the file is the answer as it came. */
function readable(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}
