/** Hash partitions by constituency, `<table>_0` to `<table>_15`. */
export function partitions(table: string): string {
  return Array.from(
    { length: 16 },
    (_, n) =>
      `CREATE TABLE ${table}_${n} PARTITION OF ${table} FOR VALUES WITH (MODULUS 16, REMAINDER ${n});`,
  ).join('\n      ');
}

/**
 * A foreign key between two tables partitioned alike, partition by partition: rows of one constituency lie in
 * partitions of the same number. Against the partitioned table itself a check costs 240 µs instead of 6.
 */
export function partitionForeignKey(table: string, name: string, columns: string, target: string): string {
  const bare = table.slice(table.indexOf('.') + 1);
  return Array.from(
    { length: 16 },
    (_, n) =>
      `ALTER TABLE ${table}_${n} ADD CONSTRAINT ${bare}_${n}_${name}_fkey FOREIGN KEY (${columns}) REFERENCES ${target}_${n};`,
  ).join('\n      ');
}
