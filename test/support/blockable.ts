/** Loaded before the server into its process: on SIGUSR2 the main thread does nothing else for half a second. */
process.on('SIGUSR2', () => {
  const until = performance.now() + 500;
  while (performance.now() < until);
});
