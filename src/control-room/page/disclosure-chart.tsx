/** In charge of how much is disclosed by the minute: a picture, its sum in a sentence, and the same as a table. */
import type { Schemas } from './api.js';
import { AsOf } from './as-of.js';
import { rates } from './knowledge.js';
import { count, faultInWords, figure, timeOf, toolName } from './words.js';

type Minute = Schemas['MinuteRate'];

export function DisclosureChart() {
  const { value, fault } = rates.value;
  return (
    <section aria-labelledby="disclosures">
      <h2 id="disclosures">Disclosures per minute</h2>
      <AsOf source={rates.value} />
      {value === undefined || value.length === 0 ? (
        <p>{fault === undefined ? 'Not known yet.' : faultInWords(fault)}</p>
      ) : (
        <Chart minutes={value} />
      )}
    </section>
  );
}

function Chart({ minutes }: { minutes: readonly Minute[] }) {
  const most = Math.max(1, ...minutes.map(({ disclosures }) => disclosures));
  const last = minutes.at(-1)!;
  const sum = minutes.reduce((all, { disclosures }) => all + disclosures, 0);
  const names = last.tools.map(({ name }) => name);
  return (
    <>
      <p>
        <strong class="big">{figure(last.disclosures)}</strong> this minute, {count(sum, 'answer')} with
        personal data in the last hour.
      </p>
      <div class="chart">
        <span class="chart-top muted" aria-hidden="true">
          {figure(most)}
        </span>
        <svg
          viewBox="0 0 60 20"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Disclosures in each of the last ${minutes.length} minutes: at most ${figure(most)} in one, ${figure(last.disclosures)} in the present one.`}
        >
          {minutes.map((minute, n) => (
            <Bar key={minute.at} minute={minute} left={n + 60 - minutes.length} most={most} />
          ))}
        </svg>
        <p class="chart-axis muted" aria-hidden="true">
          <span>{timeOf(minutes[0]!.at).slice(0, 5)}</span>
          <span>now</span>
        </p>
      </div>
      <ul class="legend">
        {names.map((name, n) => (
          <li key={name}>
            <span class={`swatch series-${n}`} aria-hidden="true" />
            {toolName(name)}
          </li>
        ))}
      </ul>
      <details>
        <summary>The same as a table</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label="Disclosures per minute, as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Minute</th>
                {names.map((name) => (
                  <th scope="col" key={name}>
                    {toolName(name)}
                  </th>
                ))}
                <th scope="col">Rows</th>
              </tr>
            </thead>
            <tbody>
              {minutes.toReversed().map(({ at, tools, rows }) => (
                <tr key={at}>
                  <th scope="row">{timeOf(at).slice(0, 5)}</th>
                  {tools.map(({ name, disclosures }) => (
                    <td key={name}>{figure(disclosures)}</td>
                  ))}
                  <td>{figure(rows)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

/** One minute, its tools on top of each other. */
function Bar({ minute, left, most }: { minute: Minute; left: number; most: number }) {
  let top = 20;
  return (
    <>
      {minute.tools.map(({ name, disclosures }, n) => {
        const height = (disclosures / most) * 20;
        top -= height;
        return <rect key={name} class={`series-${n}`} x={left + 0.1} width={0.8} y={top} height={height} />;
      })}
    </>
  );
}
