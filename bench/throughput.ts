/** Each worker does one piece of work after the other for as long as the turn lasts; answers pieces per second. */
export async function throughput<Worker>(
  workers: readonly Worker[],
  seconds: number,
  work: (worker: Worker) => Promise<unknown>,
): Promise<number> {
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  let done = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (performance.now() < end) {
        await work(worker);
        done += 1;
      }
    }),
  );
  return (done * 1_000) / (performance.now() - begin);
}
